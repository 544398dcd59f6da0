// SPDX-License-Identifier: Apache-2.0

// Chips side by side on workloads, and one chip that serves a model.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/api/data.hpp"
#include "sim/api/expected.hpp"
#include "sim/api/support.hpp"
#include "sim/api/written.hpp"

namespace tranche::api {

// Load of language models that are served: formats, lengths and layout.
struct ServingOptions {
  std::string precision = {};     // of the weights; empty: as published, else fp8; "best"
  std::string kv_precision = {};  // of the cache; empty: as the software sets it
  std::string software = {};      // "vllm 0.10"; empty: TensorRT-LLM of 2025
  double input_tokens = 1024, output_tokens = 1024;
  // Decoding: sequences of a replica together. Empty: 32, or as many as max_tpot_s allows.
  std::optional<double> sequences = {};
  std::optional<double> max_tpot_s = {};  // decoding: instead of `sequences`
  // Degrees of parallelism of a replica that are fixed; the search covers the rest.
  std::optional<int> tensor = {}, pipeline = {}, expert = {}, attention_data_parallel = {};
};

// One chip on one workload.
struct Cell {
  std::string chip;
  bool is_possible = true;           // false: it does not fit, or a property of the chip is unknown
  double value = 0;                  // in the unit of the row, per chip; 0 if impossible
  std::optional<double> ratio = {};  // to the first chip
  // "compute", "memory", "network", "launch", "host", "bubble", "straggler", "power" (parts of the
  // time), "capacity" (of the memory) or "latency" (single reads that wait for each other).
  std::string bound;
  std::string why;                                 // the reason, one line
  std::optional<double> per_usd = {}, per_w = {};  // where price and power are known
  // Of language models; empty or 0 otherwise.
  std::string formats, layout, memory, software;
  double replica_chips = 0, sequences = 0, tpot_s = 0;
  std::vector<std::string> assumed;  // what the model chose: "global batch of 2,048 sequences (…)"
  Support evidence;                  // of the value
  double ratio_low = 0, ratio_high = 0;  // 90 % interval of the ratio; 0 if unknown
};

struct ComparisonRow {
  std::string workload;
  std::string unit;         // "tokens/s", per chip
  std::vector<Cell> cells;  // in the order of the chips
};

// A comparison; constant.
class Comparison {
 public:
  const std::vector<ComparisonRow>& rows() const;
  // One cell; an unknown workload or chip fails with `request`, with the nearest name.
  Expected<Cell> at(const std::string& workload, const std::string& chip) const;
  std::string text(TextFormat format = TextFormat::table) const;
  // Writes compare.csv, compare.json, roofline.csv, charts, and a page with a template. Fails with
  // `output`.
  Expected<Written> write(const std::string& folder, const ReportTemplate& report = {}) const;

  struct State;  // of the library
  explicit Comparison(std::shared_ptr<const State> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<const State> state_;
};

// Compares two chips or more, relative to the first, on workloads of the catalogue and on
// `train:MODEL`, `prefill:MODEL`, `decode:MODEL` and `serve:MODEL`; none: training, serving of
// three models, and every workload. Fails with `input` for unknown names, with `request` for fewer
// than two chips and for impossible options.
Expected<Comparison> compare(const Data& data, const std::vector<std::string>& chips,
                             const std::vector<std::string>& workloads = {},
                             const ServingOptions& serving = {});

enum class ServedTask {
  decode,   // a fixed number of sequences, one token a step
  prefill,  // prompts alone
  serve     // requests always waiting, prompts beside decoding
};

struct ServeRequest {
  std::string model, chip;  // names of the catalogue
  ServedTask task = ServedTask::serve;
  ServingOptions options = {};
};

// The layout with the highest throughput per chip. `is_possible` is false, with `why`, if the model
// does not fit; tokens are output tokens, for prefill those of prompts.
struct Served {
  bool is_possible = true;
  double tokens_per_s_per_chip = 0;
  double tpot_s = 0;     // time per output token of a sequence; 0 for prefill
  double sequences = 0;  // decoded together by a replica
  double replica_chips = 0;
  std::string layout;      // "TP 8"
  std::string formats;     // "fp8 weights; fp8 cache"
  std::string memory;      // of one chip: weights, working space, reserve, cache
  std::string software;    // generation of serving software
  std::string bound, why;  // what binds, as in Cell
  std::vector<std::string> assumed;
  Support evidence;  // of tokens_per_s_per_chip
};

// The same answer as `compare` gives for the model and chip. Fails as compare() does.
Expected<Served> serve(const Data& data, const ServeRequest& request);

}  // namespace tranche::api
