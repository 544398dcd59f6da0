// SPDX-License-Identifier: Apache-2.0

// Values or errors: what every call of the library returns that can fail for a reason outside the
// program. Exceptions are left to memory that runs out and to wrong use of these classes.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tranche::api {

enum class Severity { error, warning };

// A fault in an input, or a remark on it.
struct Problem {
  Severity severity = Severity::error;
  std::string problem = {};            // one line, lower case, no full stop, names in backticks
  std::string file = {};               // its path, or the name of a text; empty: of no file
  std::size_t line = 0, column = 0;    // from 1, the column in bytes; 0: the file as a whole
  std::vector<std::string> help = {};  // what is accepted, the nearest name: one line each
  // All of it for people: place, source line, caret, help. Ends with a line break.
  std::string text = {};
};

enum class ErrorKind {
  input,          // a scenario or a data file, at the places of the problems
  request,        // an argument of the call: an unknown name, a number out of range
  unavailable,    // this machine or build cannot: no GPU, no NetCDF
  output,         // a file could not be written
  interrupted,    // the cancel flag was set
  other_process,  // another of several MPI processes failed
  failed          // any other reason, in words
};

struct Error {
  ErrorKind kind = ErrorKind::failed;
  std::vector<Problem> problems = {};  // at least one; errors, and warnings found before them
  std::string checkpoint = {};         // interrupted: file from which to go on; empty without one

  // The problems one after another, as a command prints them.
  std::string text() const {
    std::string all;
    for (const Problem& problem : problems) all += problem.text;
    return all;
  }
};

// A T, or the error that is in its place.
//
//   const Expected<Figure> figure = results.at("base", "alibaba", "2027-12", "mfu");
//   if (!figure) std::fputs(figure.error().text().c_str(), stderr);
//   else std::printf("%g\n", figure->p50);
template <class T>
class [[nodiscard]] Expected {
 public:
  Expected(T value) : content_(std::move(value)) {}      // NOLINT: a value is a result
  Expected(Error error) : content_(std::move(error)) {}  // NOLINT: and so is an error

  bool has_value() const { return std::holds_alternative<T>(content_); }
  explicit operator bool() const { return has_value(); }

  // The value; std::logic_error, with the text of the error, if there is none.
  const T& value() const& {
    require();
    return std::get<T>(content_);
  }
  T& value() & {
    require();
    return std::get<T>(content_);
  }
  T&& value() && {
    require();
    return std::get<T>(std::move(content_));
  }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  // The error; std::logic_error if there is a value.
  const Error& error() const {
    if (has_value()) throw std::logic_error("asked for the error of a value");
    return std::get<Error>(content_);
  }

 private:
  void require() const {
    if (!has_value()) throw std::logic_error(std::get<Error>(content_).text());
  }
  std::variant<T, Error> content_;
};

}  // namespace tranche::api
