// SPDX-License-Identifier: Apache-2.0

// `tranche calibrate`: measures this machine with the probes of the performance model.
#include <fmt/format.h>
#include <omp.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/atomic_file.hpp"
#include "sim/input/quantity_text.hpp"
#include "sim/performance/calibration/calibration.hpp"
#include "sim/performance/validation/own_runs_file.hpp"
#include "tools/cli/arguments.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/standard_output.hpp"

namespace tranche::tools {
namespace {

struct CalibrateArguments {
  std::string device = "cpu", bytes, format = "table";
  std::optional<std::string> out;
  std::vector<std::string> from;
};

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm day{};
  gmtime_r(&now, &day);
  return fmt::format("{:04}-{:02}-{:02}", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
}

std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "processor";
}

double memory_bytes() {
  return static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// Four times the last-level cache, so that it cannot hold the arrays; 256 MiB to 2 GiB.
std::size_t default_bytes() {
  constexpr double least = 268435456.0, most = 2147483648.0;
  const auto cache = static_cast<double>(std::max(0L, sysconf(_SC_LEVEL3_CACHE_SIZE)));
  return static_cast<std::size_t>(std::clamp(4.0 * cache, least, most));
}

std::size_t bytes_argument(const std::string& text) {
  const ParsedQuantity parsed = parse_quantity(text, UnitKind::bytes);
  constexpr double least = 65536.0, most = 1e12;
  if (!parsed || *parsed.value < least || *parsed.value > most)
    throw UsageError(fmt::format("`--bytes {}` is not a size for the probes", text),
                     {"write a size from `64 KiB` to `1 TB`, beyond the last-level cache to "
                      "measure memory: `1 GiB`"});
  return static_cast<std::size_t>(*parsed.value);
}

// Warns if other programs use the machine, which distorts its rates.
void warn_of_load() {
  double load = 0;
  constexpr double idle = 0.25;  // of a processor: load of an otherwise idle desktop
  const long processors = sysconf(_SC_NPROCESSORS_ONLN);
  if (getloadavg(&load, 1) != 1 || load < idle * static_cast<double>(processors)) return;
  write_standard_error(
      fmt::format("warning: other programs kept {:.1f} of {} processors busy in the last minute: "
                  "measured rates "
                  "may be far too low\n",
                  load, processors));
}

void say_measuring(std::size_t bytes) {
  if (!is_terminal_error()) return;
  write_standard_error(fmt::format("measuring {} probes of {:.0f} MB ...\n", kernels::probe_count,
                                   static_cast<double>(bytes) / 1e6));
}

std::string text_of(const Calibration& calibration) {
  const ProbedDevice& device = calibration.device;
  std::string text = fmt::format("{}, {:.0f} MB a probe\n", device.name,
                                 static_cast<double>(device.probed_bytes) / 1e6);
  text += calibration.chip != nullptr
              ? fmt::format("predicted from the datasheet of {}: {:.0f} GB/s\n\n",
                            calibration.chip->name, calibration.bandwidth_bytes_per_s / 1e9)
              : std::string(
                    "not in the catalogue: predicted from the fastest measured stream and the "
                    "shares of other chips\n\n");
  return text + aligned_text(calibration_table(calibration));
}

void measure(const CalibrateArguments& arguments) {
  if (arguments.device != "cpu" && arguments.device != "gpu")
    throw UsageError(fmt::format("unknown device `{}`", arguments.device),
                     {"accepted: `cpu`, `gpu`"});
  const TextFormat format = format_argument(arguments.format);
  const std::string folder = data_folder();
  const Catalogue catalogue = read_catalogue(folder);
  const MemoryBoundModel model = read_memory_bound_model(folder);
  kernels::ProbeSettings settings;
  ProbedDevice device;
  device.kind = arguments.device;
  device.date = today();
  std::vector<kernels::ProbeResult> results;
  if (arguments.device == "cpu") {
    settings.bytes = arguments.bytes.empty() ? default_bytes() : bytes_argument(arguments.bytes);
    device.name = processor_name();
    device.software = fmt::format("{} threads", omp_get_max_threads());
    device.memory_bytes = memory_bytes();
    warn_of_load();
    say_measuring(settings.bytes);
    results = kernels::run_probes_cpu(settings);
  } else {
    if (!arguments.bytes.empty()) settings.bytes = bytes_argument(arguments.bytes);
    const kernels::ProbeDevice found = kernels::probe_device_cuda();
    device.name = found.name;
    device.software = found.software;
    device.memory_bytes = found.memory_bytes;
    say_measuring(settings.bytes);
    results = kernels::run_probes_cuda(settings);
  }
  device.probed_bytes = settings.bytes;
  const Calibration calibration = calibrate(device, results, catalogue, model);
  if (arguments.out) write_file_atomically(*arguments.out, calibration_toml(calibration));
  write_standard_output(format == TextFormat::table
                            ? text_of(calibration)
                            : format_table(calibration_table(calibration), format));
  if (arguments.out) write_standard_error(fmt::format("wrote {}\n", *arguments.out));
  for (const kernels::ProbeResult& r : results) {
    if (!r.failure.empty())
      throw std::runtime_error(
          fmt::format("the probe `{}` could not run: {}", kernels::probe_name(r.probe), r.failure));
    if (!r.correct)
      throw std::runtime_error(
          fmt::format("the probe `{}` computed a wrong result", kernels::probe_name(r.probe)));
  }
}

// Own measured runs instead of probes.
void set_runs_beside_model(const CalibrateArguments& arguments) {
  const TextFormat format = format_argument(arguments.format);
  const OwnRunsFile own =
      read_own_runs(arguments.from, read_validation_inputs(data_folder()), true);
  const TextTable runs = own_runs_detail_table(own);
  if (arguments.out) {
    for (const std::string& file : arguments.from)
      if (std::error_code none; std::filesystem::equivalent(file, *arguments.out, none))
        throw UsageError(fmt::format("`--out {}` would overwrite the runs", *arguments.out),
                         {"name another file"});
    write_file_atomically(*arguments.out, csv_text(runs));
  }
  write_standard_output(format == TextFormat::table  ? own_runs_text(own)
                        : format == TextFormat::json ? own_runs_json(own)
                                                     : format_table(runs, format));
  if (arguments.out) write_standard_error(fmt::format("wrote {}\n", *arguments.out));
}

}  // namespace

void add_calibrate(CLI::App& app, Action& action) {
  const auto arguments = std::make_shared<CalibrateArguments>();
  CLI::App* const command = app.add_subcommand(
      "calibrate",
      "Set the model beside this machine, measured with real kernels, or beside own runs");
  CLI::Option* const device =
      command->add_option("--device", arguments->device, "cpu or gpu")->capture_default_str();
  command->add_option(
      "--out", arguments->out,
      "File for a chip entry with the measured rates; with --from for a table of runs");
  CLI::Option* const bytes =
      command->add_option("--bytes", arguments->bytes,
                          "Size of a probe's arrays (default: four times the last-level cache, at "
                          "least 256 MiB)");
  command->add_option("--format", arguments->format, "table, csv or json")->capture_default_str();
  CLI::Option* const from =
      command
          ->add_option("--from", arguments->from,
                       "CSV file of own measured runs, with the columns of `validate`, instead of "
                       "probes: error before, and after each run is predicted from the others; "
                       "may be repeated")
          ->allow_extra_args(false);
  from->excludes(device)->excludes(bytes);
  command->footer(
      "Examples:\n  tranche calibrate --device cpu --out this-machine.toml\n"
      "  tranche calibrate --from our-runs.csv\n"
      "  tranche compare H100 H200 --own-runs our-runs.csv\n"
      "Each probe is warmed up, timed nine times (the median counts) and its result is checked; a "
      "time too long to believe, on a busy machine, is taken again or left out. "
      "Bytes are the least traffic: inputs read once, outputs written once.");
  command->callback([arguments, &action] {
    action = [arguments] {
      arguments->from.empty() ? measure(*arguments) : set_runs_beside_model(*arguments);
    };
  });
}

}  // namespace tranche::tools
