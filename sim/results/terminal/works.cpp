// SPDX-License-Identifier: Apache-2.0

// Table of workloads by chip: formats, layout, batch, time per output token, what binds; what the
// performance models assumed.
#include <fmt/format.h>

#include "sim/performance/throughput/bounds.hpp"
#include "sim/results/headline.hpp"
#include "sim/results/terminal/terminal_report.hpp"
#include "sim/text/human_number.hpp"
#include "sim/text/terminal_text.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {
namespace {

Cell number_cell(double value, const std::string& shown) {
  return value > 0 ? Cell(shown, value) : Cell();
}

// Memory of each chip that serves a model.
std::string memory_text(const std::vector<ChipWork>& works, std::size_t columns) {
  std::string text;
  for (const ChipWork& work : works) {
    const std::string line =
        fmt::format("{} on {}: {}", printable(work.workload), work.chip, work.how.memory);
    if (!work.how.memory.empty() && text.find(line) == std::string::npos)
      text += wrapped(line, columns, "  ");
  }
  return text.empty() ? text : "Memory of a chip\n" + text;
}

// A stated performance gives the chips of a replica, but not their layout.
std::string replica_text(const WorkDescription& how) {
  if (!how.layout.empty() || !(how.replica_chips > 0)) return how.layout;
  return how.replica_chips == 1 ? "one chip" : fmt::format("{:.0f} chips", how.replica_chips);
}

std::string assumptions_text(const RunResult& result, std::size_t columns) {
  std::string text;
  for (const std::string& line : model_assumptions(result))
    text += wrapped(printable(line), columns, "  ");
  return text.empty() ? text : "Assumed by the performance models\n" + text;
}

}  // namespace

std::string work_table(const RunResult& result, std::size_t columns) {
  TextTable table{.columns = {{"workload", "workload"},
                              {"chip", "chip"},
                              {"stored in", "formats"},
                              {"arithmetic", "arithmetic"},
                              {"replica", "layout"},
                              {"sequences", "sequences"},
                              {"ms/token", "ms_per_token"},
                              {"bound by", "binds"}},
                  .rows = {}};
  for (const ChipWork& work : result.lowered.works) {
    const WorkDescription& how = work.how;
    if (!work.is_possible || (how.formats.empty() && how.layout.empty())) continue;
    constexpr std::size_t widest_name = 16;
    const double ms = 1e3 * how.tpot_s;
    table.rows.push_back({Cell(shortened(printable(work.workload), widest_name)), Cell(work.chip),
                          Cell(how.formats), Cell(how.arithmetic), Cell(replica_text(how)),
                          number_cell(how.sequences, human_number(how.sequences)),
                          number_cell(ms, human_number(ms)),
                          Cell(std::string(bound_name(work.binds)))});
  }
  if (table.rows.empty()) return "";
  return wrapped(
             "How the chips work: number formats, chips and sequences of one replica of a served "
             "model, time between two tokens of a sequence, what takes most of the time",
             columns) +
         aligned_text(table) + memory_text(result.lowered.works, columns) +
         assumptions_text(result, columns);
}

}  // namespace tranche
