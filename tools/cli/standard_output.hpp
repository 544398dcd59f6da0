// SPDX-License-Identifier: Apache-2.0

// Output to the terminal or a pipe. Results go to standard output, everything else to standard
// error.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tranche::tools {

// The reader of standard output has closed it: not an error, but the program ends.
struct BrokenPipe : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Writes the whole text. Throws BrokenPipe, or OutputError with the reason (a full disk behind a
// redirection, a closed output).
void write_standard_output(std::string_view text);
// Never throws: there is no other place for a message.
void write_standard_error(std::string_view text) noexcept;

bool is_terminal_output();
bool is_terminal_error();
// True if terminals here support escape sequences such as colours: not with TERM=dumb.
bool takes_escape_sequences();
// Width of the terminal on standard output, at most 100; 100 if it is not a terminal.
std::size_t output_columns();

// Called first in main: a closed pipe and the file size limit become write errors instead of
// signals, and no file is opened in the place of a closed standard stream.
void prepare_standard_streams();

}  // namespace tranche::tools
