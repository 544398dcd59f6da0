// SPDX-License-Identifier: Apache-2.0

// Roofline of work at stated efficiencies: no performance model, only datasheet rates.
#pragma once

#include <optional>
#include <string>

#include "sim/catalogue/catalogue.hpp"
#include "sim/catalogue/number_formats.hpp"
#include "sim/performance/throughput/throughput_table.hpp"

namespace tranche {

// Work of one unit, equal on every chip.
struct UnitWork {
  double flop = 0;   // model FLOP
  double bytes = 0;  // of memory traffic
  std::string unit;  // "tokens", "elements"
};

// A workload as stated: given figures replace those of the model or the catalogue.
struct StatedWork {
  enum class Kind { training, decode, memory_bound };
  Kind kind = Kind::training;
  const ModelEntry* model = nullptr;        // may be null
  const WorkloadEntry* workload = nullptr;  // may be null
  FormatRequest formats;                    // `precision` may be "best"
  bool narrow_cache = true;                 // as in served_model()
  std::string unit;
  std::optional<double> flop_per_unit, bytes_per_unit;
  // decode
  std::optional<double> weight_bytes, kv_bytes_per_sequence, batch_sequences;
  double context_tokens = 0;
  std::optional<double> sequence_tokens;  // training; default: 8,192
};

// Returns 0 FLOP and 0 bytes if nothing says what one unit costs.
UnitWork unit_work(const StatedWork& work);

// Roofline of the kind: training by arithmetic; decode and memory-bound work by the slower of
// memory traffic and arithmetic; in the formats of stated_format(). Decode without a batch runs as
// many sequences as 0.9 of the memory of a scale-up domain holds.
// Reference: Williams, Waterman, Patterson, "Roofline", CACM 52(4), 2009.
ThroughputTable roofline_throughput(const StatedWork& work, const ChipEntry& chip);

// Number formats of work at stated efficiencies on a chip.
struct StatedFormat {
  std::string stored;      // format of stored values
  std::string arithmetic;  // format of multiplication; empty: the chip has no rate for it
  std::string widened;     // reason for another format than requested
};

// Returns the precision of the work if the chip has a rate for it; else its 16-bit rate for 8 and 4
// bit. "best": the fastest of 16 and 8 bit for training, the narrowest for decode, the fastest of
// all for other work.
StatedFormat stated_format(const StatedWork& work, const ChipEntry& chip);

// Dense peak of the precision, FLOP/s; 0 if the chip does not support it.
double peak_flop_per_s(const ChipEntry& chip, const std::string& precision);

}  // namespace tranche
