// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/calibration/calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "sim/text/human_number.hpp"

namespace tranche {
namespace {

using kernels::AccessPattern;
using kernels::Probe;

// Access pattern of a probe; empty for the matrix product, which is compute-bound.
std::optional<AccessPattern> pattern_of(Probe probe) {
  switch (probe) {
    case Probe::copy:
    case Probe::scale:
      return AccessPattern::copy;
    case Probe::add:
    case Probe::triad:
      return AccessPattern::triad;
    case Probe::dot:
    case Probe::kv_attention:
      return AccessPattern::read;
    case Probe::gather:
      return AccessPattern::gather;
    case Probe::spmv:
      return AccessPattern::sparse;
    case Probe::stencil:
      return AccessPattern::stencil;
    case Probe::gemv:
      return AccessPattern::matrix_row;
    case Probe::gemm:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// Words of a name: "NVIDIA H100 80GB HBM3" is nvidia, h100, 80gb, hbm3.
std::vector<std::string> words_of(const std::string& name) {
  std::vector<std::string> words(1);
  for (const char c : lower_case(name)) {
    if (c == ' ' || c == '-' || c == '_') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  std::erase(words, "");
  return words;
}

// Number of letters of a chip's name that a device's name contains; 0 if it lacks a word of it.
// Device names do not always include the form of the module.
std::size_t letters_in_common(const std::string& chip, const std::vector<std::string>& device) {
  std::size_t letters = 0;
  for (const std::string& word : words_of(chip)) {
    if (word.starts_with("sxm")) continue;
    if (std::find(device.begin(), device.end(), word) == device.end()) return 0;
    letters += word.size();
  }
  return letters;
}

// A quoted TOML string.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + "\"";
}

// Catalogue name of "Intel(R) Xeon(R) CPU @ 2.00GHz": "intel-r-xeon-r-cpu-2-00ghz".
std::string entry_name(const std::string& device) {
  std::string name;
  for (const char c : lower_case(device)) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  return (name.empty() ? "device" : name) + "-measured";
}

// Small rates keep two digits, to differ from zero.
std::string rate_text(double rate, const char* unit = "GB/s") {
  const double shown = rate / 1e9;
  return shown < 1 ? fmt::format("{:.2g} {}", shown, unit) : fmt::format("{:.1f} {}", shown, unit);
}

// Peak bandwidth, bytes/s, implied by the fastest stream, given the efficiency of its pattern on
// other chips: an upper bound of all streams.
double implied_bandwidth(const std::vector<kernels::ProbeResult>& results,
                         const kernels::MemoryBoundCoefficients& c) {
  double bytes_per_s = 0;
  for (const kernels::ProbeResult& r : results) {
    if (r.probe > Probe::dot) continue;
    if (r.probe == Probe::triad && !r.failure.empty())
      throw std::runtime_error("the triad could not run: " + r.failure);
    if (!r.failure.empty() || !r.is_believable()) continue;
    const double share = c.efficiency[static_cast<int>(*pattern_of(r.probe))];
    bytes_per_s = std::max(bytes_per_s, r.bytes_per_s() / share);
  }
  if (bytes_per_s > 0.0) return bytes_per_s;
  throw std::runtime_error(
      "no stream was ever fast enough to be believed: other programs keep this machine busy; "
      "measure when it is idle, or with larger `--bytes`");
}

}  // namespace

const ChipEntry* chip_of_device(const Catalogue& catalogue, const std::string& device) {
  const std::vector<std::string> words = words_of(device);
  const ChipEntry* best = nullptr;
  std::size_t most = 0;
  for (const ChipEntry& chip : catalogue.chips) {
    std::vector<std::string> names = chip.aliases;
    names.push_back(chip.name);
    for (const std::string& name : names) {
      const std::size_t letters = letters_in_common(name, words);
      if (letters <= most) continue;
      most = letters;
      best = &chip;
    }
  }
  return best;
}

Calibration calibrate(const ProbedDevice& device, const std::vector<kernels::ProbeResult>& results,
                      const Catalogue& catalogue, const MemoryBoundModel& model) {
  Calibration out;
  out.device = device;
  if (device.kind == "gpu") out.chip = chip_of_device(catalogue, device.name);
  kernels::ChipParams chip;
  if (out.chip != nullptr) chip = chip_params(*out.chip);
  const kernels::MemoryBoundCoefficients& c =
      out.chip != nullptr ? model.of(out.chip->name, chip.generation) : model.of(chip.generation);
  const auto share = [&](AccessPattern p) { return c.efficiency[static_cast<int>(p)]; };
  out.bandwidth_bytes_per_s = chip.memory_bandwidth_bytes_per_s;
  if (out.chip == nullptr) out.bandwidth_bytes_per_s = implied_bandwidth(results, c);
  for (const kernels::ProbeResult& r : results) {
    CalibrationLine line;
    line.measured = r;
    const auto pattern = pattern_of(r.probe);
    if (pattern && r.is_believable()) {
      line.predicted_bytes_per_s = out.bandwidth_bytes_per_s * share(*pattern);
      line.share_of_peak = r.bytes_per_s() / out.bandwidth_bytes_per_s;
    }
    out.lines.push_back(line);
  }
  return out;
}

TextTable calibration_table(const Calibration& calibration) {
  TextTable table;
  table.columns = {{"probe", "probe"},
                   {"edge", "edge"},
                   {"measured", "measured_bytes_per_s"},
                   {"predicted", "predicted_bytes_per_s"},
                   {"error", "error_percent"},
                   {"of peak", "share_of_peak"},
                   {"arithmetic", "flop_per_s"},
                   {"result", "correct"},
                   {"seconds", "seconds", false}};
  for (const CalibrationLine& line : calibration.lines) {
    const double measured = line.measured.bytes_per_s();
    std::vector<Cell> row = {kernels::probe_name(line.measured.probe)};
    const std::size_t edge = line.measured.edge;
    row.push_back(edge > 0 ? Cell(fmt::format("{}", edge), static_cast<double>(edge)) : Cell());
    if (!line.measured.failure.empty()) {
      row.resize(table.columns.size() - 2);
      row.push_back("failed: " + line.measured.failure);
      row.emplace_back();
      table.rows.push_back(std::move(row));
      continue;
    }
    if (line.measured.is_believable())
      row.push_back({rate_text(measured), measured});
    else
      row.push_back("too slow to believe");
    if (line.predicted_bytes_per_s) {
      const double predicted = *line.predicted_bytes_per_s;
      const double error = 100.0 * (predicted / measured - 1.0);
      row.push_back({rate_text(predicted), predicted});
      row.push_back({fmt::format("{:+.1f} %", error), error});
      row.push_back({fmt::format("{:.1f} %", 100.0 * line.share_of_peak), line.share_of_peak});
    } else {
      row.resize(6);
    }
    const double rate = line.measured.flop_per_s();
    row.push_back(rate > 0.0 && line.measured.is_believable()
                      ? Cell(rate_text(rate, "GFLOP/s"), rate)
                      : Cell());
    row.push_back(line.measured.correct ? "right" : "WRONG");
    row.push_back({fmt::format("{:.3g}", line.measured.seconds), line.measured.seconds});
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string calibration_toml(const Calibration& calibration) {
  const ProbedDevice& device = calibration.device;
  double best_bytes_per_s = 0, product_flop_per_s = 0;
  std::string operands, left_out, failed;
  std::string notes = "measured shares of peak bandwidth:";
  for (const CalibrationLine& line : calibration.lines) {
    const kernels::ProbeResult& r = line.measured;
    if (!r.failure.empty()) {
      failed += fmt::format("{} {}", failed.empty() ? "" : ",", kernels::probe_name(r.probe));
      continue;
    }
    if (!r.is_believable()) {
      left_out += fmt::format("{} {}", left_out.empty() ? "" : ",", kernels::probe_name(r.probe));
      continue;
    }
    if (r.probe == Probe::gemm && r.flop_per_s() > product_flop_per_s) {
      product_flop_per_s = r.flop_per_s();
      operands = r.operands;
    }
    if (!line.predicted_bytes_per_s) continue;
    if (r.probe <= Probe::dot) best_bytes_per_s = std::max(best_bytes_per_s, r.bytes_per_s());
    notes += fmt::format(" {} {:.3f}", kernels::probe_name(r.probe), line.share_of_peak);
  }
  if (!left_out.empty()) notes += "; left out, too slow to believe:" + left_out;
  if (!failed.empty()) notes += "; could not run:" + failed;
  const std::string source = fmt::format("tranche calibrate --device {} on {} ({})", device.kind,
                                         device.date, device.software);
  const auto number = [&](const char* key, const std::string& value) {
    return fmt::format("{} = {{ value = {}, source = \"CAL\", as_of = {} }}\n", key, quoted(value),
                       quoted(device.date));
  };
  std::string text = fmt::format(
      "# Measured on this machine, {} bytes a probe, median of the timed runs; peak bandwidth\n"
      "# {} ({}). To use it, copy the source under `[sources]` of\n"
      "# scenarios/catalogue/chips.toml and the entry to its end.\n\n"
      "[sources]\nCAL = {}\n\n[[chip]]\n",
      with_separators(device.probed_bytes), rate_text(calibration.bandwidth_bytes_per_s),
      calibration.chip != nullptr ? "datasheet of " + calibration.chip->name
                                  : std::string("what the fastest measured stream implies"),
      quoted(source));
  text += fmt::format("name = {}\ntitle = {}\nvendor = {}\navailable = {}\nstatus = \"custom\"\n",
                      quoted(entry_name(device.name)), quoted(device.name),
                      quoted(calibration.chip != nullptr ? calibration.chip->vendor : "measured"),
                      quoted(device.date));
  text += fmt::format("generation = {}\nconfidence = \"medium\"\n",
                      quoted(calibration.chip != nullptr ? calibration.chip->generation : "other"));
  if (device.memory_bytes > 0)
    text += number("memory_capacity", fmt::format("{:.0f} GB", device.memory_bytes / 1e9));
  text += number("memory_bandwidth",
                 rate_text(calibration.chip != nullptr ? calibration.bandwidth_bytes_per_s
                                                       : best_bytes_per_s));
  text += fmt::format("notes = {}\n", quoted(notes));
  if (product_flop_per_s > 0) {
    text += "[chip.measured_rate]\n" +
            number(operands.c_str(), rate_text(product_flop_per_s, "GFLOP/s"));
  }
  return text;
}

}  // namespace tranche
