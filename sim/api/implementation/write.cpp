// SPDX-License-Identifier: Apache-2.0

// Files and terminal report of a run.
#include "sim/api/implementation/files.hpp"
#include "sim/api/implementation/state.hpp"
#include "sim/api/results.hpp"
#include "sim/base/parallel_for.hpp"
#include "sim/report/page/run_report.hpp"
#include "sim/results/netcdf/draws_netcdf.hpp"
#include "sim/results/terminal/terminal_report.hpp"

namespace tranche::api {
namespace {

Written write_run(const RunResult& result, const ResultTables& tables,
                  const WriteOptions& options) {
  if (options.folder.empty()) throw RequestRefused("no folder to write the results to");
  if (!options.draws_file.empty() && !can_save_draws())
    throw kernels::BackendUnavailable("this build cannot write draws: it has no NetCDF");
  FileSet files(options.folder);
  std::string json;
  parallel_for(2, result.threads, [&](std::size_t part) {
    if (part == 0)
      json = result_json(result, tables);
    else
      write_tables(result, tables, files);
  });
  Written written;
  const std::size_t count = files.names().size();
  write_run_report(read_run_document(json, "result.json"), template_of(options.report), files);
  written.files.assign(files.names().begin(),
                       files.names().begin() + static_cast<std::ptrdiff_t>(count));
  written.report.assign(files.names().begin() + static_cast<std::ptrdiff_t>(count),
                        files.names().end());
  files.write("result.json", json);  // last, so it is published last
  written.files.push_back("result.json");
  if (!options.draws_file.empty())
    save_draws(result, tables.digest, options.draws_file, execution_of(options.execution));
  throw_if_stopped(options.execution.cancel);
  files.publish();
  written.folder = files.folder().string();
  written.entries = files.entries();
  return written;
}

}  // namespace

Expected<Written> Results::write(const WriteOptions& options) const {
  return guarded([&] { return write_run(state_->result, state_->tables, options); });
}

std::string Results::text(const TextOptions& options) const {
  WrittenFiles written;
  if (options.written) written = {options.written->folder, options.written->entries};
  return terminal_report(state_->result, state_->tables.digest, written,
                         {.columns = options.columns,
                          .emphasis = options.is_emphasised ? Emphasis::ansi : Emphasis::none});
}

}  // namespace tranche::api
