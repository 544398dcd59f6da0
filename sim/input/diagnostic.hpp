// SPDX-License-Identifier: Apache-2.0

// Errors in the user's input, with location and accepted values.
//
// Readers do not stop at the first problem: they add to a Problems list, and the caller throws them
// together.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tranche {

// A location in an input file. line 0 is the whole file (or the command line).
struct SourceSpan {
  std::string file = {};
  std::size_t line = 0;    // from 1
  std::size_t column = 0;  // from 1, in bytes
  std::size_t length = 1;  // of the underlined part, on that line
};

enum class Severity { error, warning };

struct Diagnostic {
  SourceSpan where = {};
  std::string problem = {};            // lower case, no full stop, names in backticks
  std::vector<std::string> help = {};  // accepted values, one line each
  std::string source_line = {};        // text of where.line; empty if there is none
  std::size_t source_offset = 0;       // bytes of the line before source_line
  Severity severity = Severity::error;
};

// Text of a diagnostic:
//
//   error: unknown unit `TBps` for `memory_bandwidth`
//    --> chips.toml:4:26
//     |
//   4 | memory_bandwidth = "3.35 TBps"
//     |                          ^^^^
//     = help: units accepted here: `B/s`, `GB/s`, `TB/s`
std::string render(const Diagnostic& diagnostic);

class Problems {
 public:
  void error(SourceSpan where, std::string problem, std::vector<std::string> help = {});
  void warning(SourceSpan where, std::string problem, std::vector<std::string> help = {});
  // Stores the lines of a file, for carets of diagnostics.
  void remember_source(const std::string& file, std::string_view text);

  bool has_errors() const { return error_count_ > 0; }
  std::size_t error_count() const { return error_count_; }
  // True if there are so many errors that the search for near names would take too long.
  bool are_many() const { return error_count_ >= 200; }
  const std::vector<Diagnostic>& list() const { return list_; }
  // Throws InputError with all problems so far if there is an error.
  void throw_if_errors() const;

 private:
  void add(Severity severity, SourceSpan where, std::string problem, std::vector<std::string> help);
  struct SourceText {
    std::string file;
    std::vector<std::string> lines;
  };
  std::vector<SourceText> sources_;
  std::vector<Diagnostic> list_;
  std::size_t error_count_ = 0;
};

// Invalid input; carries all problems. The command line exits with status 2.
class InputError : public std::runtime_error {
 public:
  explicit InputError(std::vector<Diagnostic> diagnostics);
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  std::vector<Diagnostic> diagnostics_;
};

// Returns the name in `known` closest to `name` by edit distance, if it is close enough for a
// typing error (at most a third of the letters); else empty.
std::string nearest_name(std::string_view name, const std::vector<std::string>& known);

// Returns "did you mean `x`?" if there is a near name, and the list of accepted names (at most
// twelve).
std::vector<std::string> name_help(std::string_view name, const std::vector<std::string>& known,
                                   std::string_view what);

}  // namespace tranche
