// SPDX-License-Identifier: Apache-2.0

// What is wrong with the user's input, where, and what would be accepted.
//
// Readers never stop at the first problem: they add to a Problems list, and the
// caller throws them together.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tranche {

// A place in an input file. line 0 means the whole file (or the command line).
struct SourceSpan {
  std::string file = {};
  std::size_t line = 0;    // from 1
  std::size_t column = 0;  // from 1, in bytes
  std::size_t length = 1;  // of the part to underline, on that line
};

enum class Severity { error, warning };

struct Diagnostic {
  SourceSpan where = {};
  std::string problem = {};            // lower case, no full stop, names in backticks
  std::vector<std::string> help = {};  // what is accepted, one line each
  std::string source_line = {};        // text of where.line; empty when there is none
  std::size_t source_offset = 0;       // bytes of the line that stand before source_line
  Severity severity = Severity::error;
};

// The text a person reads:
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
  // The text of a file that diagnostics may point into; keeps its lines for carets.
  void remember_source(const std::string& file, std::string_view text);

  bool has_errors() const { return error_count_ > 0; }
  std::size_t error_count() const { return error_count_; }
  // Whether so much is wrong that a search for near names would take longer than it helps.
  bool are_many() const { return error_count_ >= 200; }
  const std::vector<Diagnostic>& list() const { return list_; }
  // Throws InputError with everything found so far when there is an error.
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

// The input is wrong; carries every problem. The command line ends with status 2.
class InputError : public std::runtime_error {
 public:
  explicit InputError(std::vector<Diagnostic> diagnostics);
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  std::vector<Diagnostic> diagnostics_;
};

// The name in `known` closest to `name` by edit distance, when it is close enough
// to be a slip of the pen (at most a third of the letters); else empty.
std::string nearest_name(std::string_view name, const std::vector<std::string>& known);

// "did you mean `x`?" when there is a near name, and the list of what is accepted
// (at most twelve names).
std::vector<std::string> name_help(std::string_view name, const std::vector<std::string>& known,
                                   std::string_view what);

}  // namespace tranche
