// SPDX-License-Identifier: Apache-2.0
#include "sim/api/implementation/guarded.hpp"

#include <fmt/format.h>

#include <new>

#include "kernels/device/compute_device.hpp"
#include "sim/base/atomic_file.hpp"
#include "sim/input/source_line.hpp"
#include "sim/simulate/parallel/interrupted.hpp"
#include "sim/simulate/parallel/ranks.hpp"
#include "sim/studies/sweep/sweep.hpp"

namespace tranche::api {
namespace {

Error interrupted(const Interrupted& stopped) {
  Error error =
      error_of(ErrorKind::interrupted, stopped.checkpoint.empty()
                                           ? std::string("interrupted, nothing written")
                                           : fmt::format("{}, no results written", stopped.what()));
  error.checkpoint = stopped.checkpoint;
  return error;
}

}  // namespace

Problem problem_of(const Diagnostic& diagnostic, const MemoryText& memory) {
  Diagnostic placed = diagnostic;
  if (!memory.path.empty() && placed.where.file == memory.path) {
    placed.source_line = source_line_of(placed.where, memory.text);
    placed.source_offset = 0;
  }
  return {
      .severity = placed.severity == tranche::Severity::error ? Severity::error : Severity::warning,
      .problem = placed.problem,
      .file = placed.where.file,
      .line = placed.where.line,
      .column = placed.where.column,
      .help = placed.help,
      .text = render(placed)};
}

std::vector<Problem> problems_of(const std::vector<Diagnostic>& diagnostics,
                                 const MemoryText& memory) {
  std::vector<Problem> problems;
  for (const Diagnostic& diagnostic : diagnostics)
    problems.push_back(problem_of(diagnostic, memory));
  return problems;
}

Error error_of(ErrorKind kind, const std::string& problem, std::vector<std::string> help) {
  return {.kind = kind,
          .problems = {problem_of(Diagnostic{.problem = problem, .help = std::move(help)})}};
}

Error error_in_flight(const MemoryText& memory) {
  try {
    throw;
  } catch (const InputError& wrong) {
    return {.kind = ErrorKind::input, .problems = problems_of(wrong.diagnostics(), memory)};
  } catch (const RequestRefused& refused) {
    return error_of(ErrorKind::request, refused.what(), refused.help);
  } catch (const kernels::BackendUnavailable& unavailable) {
    return error_of(ErrorKind::unavailable, unavailable.what());
  } catch (const OutputError& failure) {
    return error_of(ErrorKind::output, failure.what());
  } catch (const Interrupted& stopped) {
    return interrupted(stopped);
  } catch (const SweepInterrupted& stopped) {
    return error_of(ErrorKind::interrupted, stopped.what());
  } catch (const RankFailed& failure) {
    return error_of(ErrorKind::other_process, failure.what());
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::logic_error&) {
    throw;
  } catch (const std::exception& failure) {
    return error_of(ErrorKind::failed, failure.what());
  }
}

}  // namespace tranche::api
