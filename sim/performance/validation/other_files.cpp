// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/other_files.hpp"

#include <algorithm>

namespace tranche {
namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

constexpr const char* serving_row =
    "write one row of inference cases for each metric: input_len and output_len are its total "
    "tokens over its completed requests, batch_or_concurrency its max_concurrency, scenario "
    "`closed loop`, metric `mean_ttft_ms`, `mean_tpot_ms` or `output_throughput`; add chip, "
    "n_gpus, "
    "TP and the model's shape (docs/formats/measured-cases.md)";
constexpr const char* stream_row =
    "write one row of memory-bound cases for each kernel: kernel_app `BabelStream Triad`, unit "
    "`MBytes/sec`, the chip and the value (docs/formats/measured-cases.md)";

// Table whose fields are not separated by commas, by its first line.
std::optional<OtherFile> other_separator(std::string_view line) {
  const auto count = [&](char c) { return std::count(line.begin(), line.end(), c); };
  if (count(';') > 2 && count(';') > count(','))
    return OtherFile{"a table with `;` between its fields",
                     "put commas between them, and `.` in numbers"};
  if (count('\t') > 2 && count('\t') > count(','))
    return OtherFile{"a table with tabs between its fields", "put commas between them"};
  return std::nullopt;
}

OtherFile json_file(std::string_view text) {
  if (has(text, "\"sglang"))
    return {"the result of a serving benchmark of SGLang (JSON lines)", serving_row};
  if (has(text, "\"vllm\"") || has(text, "mean_ttft_ms") || has(text, "output_throughput"))
    return {"the result of a serving benchmark of vLLM (JSON)", serving_row};
  return {"JSON", "write its figures as rows of a CSV file (docs/formats/measured-cases.md)"};
}

}  // namespace

std::optional<OtherFile> other_file(std::string_view beginning) {
  if (beginning.starts_with("\xef\xbb\xbf")) beginning.remove_prefix(3);
  const std::size_t start = beginning.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return std::nullopt;
  const std::string_view text = beginning.substr(start), line = first_line(text);
  if (text.front() == '{' || text.starts_with("[{") || text.starts_with("[\n"))
    return json_file(text);
  // A table of cases may name these tools in its rows, but its first line has commas.
  if (has(line, "max_mbytes_per_sec"))
    return OtherFile{"the CSV output of BabelStream", stream_row};
  if (const auto separated = other_separator(line)) return separated;
  if (has(line, ",")) return std::nullopt;
  if (has(text, "MLPerf Results Summary"))
    return OtherFile{"a summary of an MLPerf run",
                     "write one row of inference cases: scenario `offline`, metric `throughput`, "
                     "unit `samples/s` or `tok/s` (docs/formats/measured-cases.md)"};
  if (has(text, "busbw") && has(text, "algbw"))
    return OtherFile{"the output of nccl-tests",
                     "collectives are no kind of case here; `tranche plan` and `validate` take the "
                     "bandwidth of links from intra_node_link and inter_node_link"};
  if (line.starts_with("BabelStream") || (has(text, "MBytes/sec") && has(text, "Triad")))
    return OtherFile{"the output of BabelStream", stream_row};
  if (line.starts_with("JobID") && has(line, "|"))
    return OtherFile{"an export of Slurm accounting (sacct)",
                     "jobs carry no throughput: write one row of training cases for each run whose "
                     "step time is known (docs/formats/measured-cases.md)"};
  return std::nullopt;
}

}  // namespace tranche
