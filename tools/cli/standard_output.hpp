// SPDX-License-Identifier: Apache-2.0

// Writing to the terminal or into a pipe. Results go to standard output, everything else
// to standard error.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tranche::tools {

// Nobody reads standard output any more: not an error, and nothing left to do.
struct BrokenPipe : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Writes all of the text. Throws BrokenPipe, or OutputError with the reason (a full disk
// behind a redirection, a closed output).
void write_standard_output(std::string_view text);
// Never fails: there is nowhere left to say so.
void write_standard_error(std::string_view text) noexcept;

bool is_terminal_output();
bool is_terminal_error();
// Whether terminals here understand colours and the like: not with TERM=dumb.
bool takes_escape_sequences();
// Width of the terminal that standard output is, at most 100; 100 where it is none.
std::size_t output_columns();

// Before anything else: a closed pipe and the limit on the size of a file become errors of
// the write instead of signals, and no file of ours can be opened in the place of a closed standard
// stream.
void prepare_standard_streams();

}  // namespace tranche::tools
