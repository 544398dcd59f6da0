// SPDX-License-Identifier: Apache-2.0
#include "tools/cli/exit_status.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <new>

#include "sim/input/diagnostic.hpp"
#include "tools/cli/outcome.hpp"
#include "tools/cli/standard_output.hpp"

namespace tranche::tools {
namespace {

// Prints an error in the form of input-file diagnostics.
void say_error(const std::string& problem, const std::vector<std::string>& help = {}) {
  std::string text = fmt::format("error: {}\n", problem);
  for (const std::string& line : help) text += fmt::format("  = help: {}\n", line);
  write_standard_error(text);
}

std::string text_of(const Diagnostic& diagnostic) { return render(diagnostic); }
const std::string& text_of(const api::Problem& problem) { return problem.text; }

bool is_error(const Diagnostic& diagnostic) { return diagnostic.severity == Severity::error; }
bool is_error(const api::Problem& problem) { return problem.severity == api::Severity::error; }

// Prints problems of input files with their places, and their number.
template <class Found>
void say_all(const std::vector<Found>& problems) {
  std::size_t errors = 0;
  for (const Found& problem : problems) {
    write_standard_error(text_of(problem) + "\n");
    if (is_error(problem)) ++errors;
  }
  if (errors > 1) write_standard_error(fmt::format("{} errors\n", errors));
}

// Prints the error of the library and returns its exit status.
int say_failure(const api::Error& error) {
  if (error.kind == api::ErrorKind::input) {
    say_all(error.problems);
    return status_wrong_input;
  }
  std::vector<std::string> help = error.problems.front().help;
  if (!error.checkpoint.empty())
    help = {fmt::format("the same command with `--resume {}` goes on", error.checkpoint)};
  say_error(error.problems.front().problem, help);
  return error.kind == api::ErrorKind::request ? status_wrong_input : status_could_not_finish;
}

}  // namespace

int status_of(const std::function<void()>& action) {
  try {
    action();
    return status_done;
  } catch (const Failed& failed) {
    return say_failure(failed.error);
  } catch (const InputError& wrong) {
    say_all(wrong.diagnostics());
    return status_wrong_input;
  } catch (const UsageError& wrong) {
    say_error(wrong.what(), wrong.help);
    return status_wrong_input;
  } catch (const EndQuietly& end) {
    return end.status;
  } catch (const BrokenPipe&) {
    return status_done;  // the reader of the output has closed it
  } catch (const std::bad_alloc&) {
    say_error("out of memory", {"memory grows with firms x months x metrics x what-ifs, not with "
                                "the number of draws: ask for fewer of those"});
  } catch (const std::exception& failure) {
    say_error(failure.what());
  }
  return status_could_not_finish;
}

}  // namespace tranche::tools
