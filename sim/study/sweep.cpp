#include "sim/study/sweep.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <sstream>

#include "sim/input/sha256.hpp"
#include "sim/results/atomic_file.hpp"
#include "sim/results/summary.hpp"
#include "sim/results/version.hpp"
#include "sim/run/lowering_cache.hpp"
#include "sim/scenario/inner_table.hpp"
#include "sim/study/sweep_design.hpp"
#include "sim/text/human_number.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {
namespace {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr double bytes_per_row = 130;  // of sweep.csv, about

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Everything that the rows of a point follow from.
std::string key_of(const ScenarioSource& source, const ReadOptions& reading) {
  Sha256 hash;
  const auto add = [&](const std::string& text) {
    hash.update(text);
    hash.update(std::string_view("\n", 1));
  };
  const Scenario& base = source.set().variants.front().scenario;
  add(version());
  add(fmt::format("{} {}", base.draws, base.seed));
  for (const std::string& assignment : reading.set) add(assignment);
  for (const InputFile& file : source.set().inputs) add(file.sha256);
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(data_folder()) / "catalogue"))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    add(sha256_hex(std::string(std::istreambuf_iterator<char>(in), {})));
  }
  return hex(hash.finish());
}

// Indices of what goes into the table, found once.
struct Wanted {
  std::vector<std::string> metric_names;
  std::vector<std::int32_t> steps;
  std::vector<std::string> firms;  // empty: every firm and all
};

Wanted wanted_of(const SweepSpec& spec, const Scenario& base) {
  Wanted wanted;
  wanted.metric_names = spec.metrics;
  if (wanted.metric_names.empty()) wanted.metric_names = {base.headline.metric};
  wanted.firms = spec.firms;
  const auto step_of = [&](const std::string& month) {
    for (std::int32_t step = 0; step < base.steps; ++step)
      if (step_label(base, step) == month) return step;
    return base.steps - 1;
  };
  std::vector<std::string> months = spec.months;
  if (months.empty()) months = {headline_month(base), "last"};
  for (const std::string& month : months) {
    if (month == "all")
      for (std::int32_t step = 0; step < base.steps; ++step) wanted.steps.push_back(step);
    else
      wanted.steps.push_back(step_of(month));
  }
  std::vector<std::int32_t> once;
  for (const std::int32_t step : wanted.steps)
    if (std::find(once.begin(), once.end(), step) == once.end()) once.push_back(step);
  wanted.steps = std::move(once);
  return wanted;
}

class PointRunner {
 public:
  PointRunner(const ScenarioSource& source, const Catalogue& catalogue, const SweepSpec& spec,
              const RunOptions& options, Wanted wanted)
      : source_(source),
        catalogue_(catalogue),
        spec_(spec),
        options_(options),
        wanted_(std::move(wanted)),
        backend_(choose_backend(options, device_note)) {}

  Variant variant(const SweepPoint& point) const {
    Variant variant = source_.variant(point.change);
    variant.scenario.metrics = wanted_.metric_names;
    return variant;
  }

  // Simulates one point; `before` draws were done at other points.
  // Returns its rows.
  std::string run(const SweepPoint& point, std::uint64_t draws, std::uint64_t before,
                  std::uint64_t total) const {
    ScenarioSet set;
    set.variants.push_back(variant(point));
    LoweredScenario lowered = lower(set, catalogue_, cache_);
    lowered.data.numbers.steps = *std::max_element(wanted_.steps.begin(), wanted_.steps.end()) + 1;
    const kernels::FleetView view = lowered.data.view();
    kernels::Pilot pilot = kernels::simulate_pilot(lowered.data);
    kernels::Tally tally(std::move(pilot.cells), static_cast<std::size_t>(kernels::binding_counter(
                                                     view, view.steps, 0, 0, 0)));
    tally.atoms = std::move(pilot.atoms);
    kernels::RunControl control;
    control.stop = options_.stop;
    if (options_.progress)
      control.progress = [&](std::uint64_t done) { options_.progress(before + done, total); };
    if (backend_->run(lowered.data, {0, draws}, tally, control) < draws)
      throw Interrupted("interrupted");
    return rows_of(point, lowered, tally);
  }

  const kernels::Backend& backend() const { return *backend_; }
  std::string device_note = {};

 private:
  std::string rows_of(const SweepPoint& point, const LoweredScenario& lowered,
                      const kernels::Tally& tally) const {
    std::string rows;
    const kernels::FleetView view = lowered.data.view();
    std::string axes;
    for (const std::string& label : point.labels) axes += csv_field(label) + ",";
    for (const std::string& name : wanted_.metric_names) {
      const MetricInfo& metric = metric_named(lowered, name);
      for (std::int32_t firm = 0; firm < std::ssize(lowered.firms); ++firm) {
        const std::string& firm_name = lowered.firms[static_cast<std::size_t>(firm)];
        if (!wanted_.firms.empty() &&
            std::find(wanted_.firms.begin(), wanted_.firms.end(), firm_name) == wanted_.firms.end())
          continue;
        for (const std::int32_t step : wanted_.steps) {
          const auto cell = kernels::value_cell(view, step, 0, firm, metric.stored);
          const Statistics s = statistics(tally, static_cast<std::size_t>(cell), metric.factor);
          fmt::format_to(
              std::back_inserter(rows),
              "{},{}{},{},{},{},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g},{:.7g}\n",
              point.number, axes, csv_field(firm_name),
              lowered.steps[static_cast<std::size_t>(step)], csv_field(metric.name),
              csv_field(metric.unit), s.mean, s.sd, s.p05, s.p25, s.p50, s.p75, s.p95,
              s.mc_error_p50);
        }
      }
    }
    return rows;
  }

  const MetricInfo& metric_named(const LoweredScenario& lowered, const std::string& name) const {
    for (const MetricInfo& metric : lowered.metrics)
      if (metric.name == name) return metric;
    Problems problems = source_.problems();
    problems.error(spec_.where, fmt::format("metric `{}` does not apply to this scenario", name),
                   {"no workload or counterpart of it gives this metric"});
    throw InputError(problems.list());
  }

  const ScenarioSource& source_;
  const Catalogue& catalogue_;
  const SweepSpec& spec_;
  const RunOptions& options_;
  Wanted wanted_;
  std::unique_ptr<kernels::Backend> backend_;
  mutable LoweringCache cache_;
};

// Says how long a sweep that is too large would take and what it would write, from one point.
[[noreturn]] void refuse_size(const ScenarioSource& source, const PointRunner& runner,
                              const SweepSpec& spec, double points, std::uint64_t draws) {
  const std::uint64_t sample = std::min<std::uint64_t>(draws, 8192);
  const SweepPoint point = first_point(spec);
  const Clock::time_point start = Clock::now();
  runner.run(point, sample, 0, sample);
  const double first_s = seconds_since(start);
  const Clock::time_point again = Clock::now();
  const std::string text = runner.run(point, 1, 0, 1);
  const double setup_s = seconds_since(again);
  const double point_s = setup_s + std::max(first_s - setup_s, 0.0) * static_cast<double>(draws) /
                                       static_cast<double>(sample);
  const double rows = static_cast<double>(std::count(text.begin(), text.end(), '\n'));
  Problems problems = source.problems();
  problems.error(
      spec.where, fmt::format("a sweep of {:.6g} points is too large", points),
      {fmt::format("at most {:.0f} points", most_sweep_points),
       fmt::format("it would take about {} here at {} draws a point, and write about {:.3g} GB",
                   duration_text(points * point_s), with_separators(draws),
                   points * rows * bytes_per_row / 1e9),
       "give axes fewer values, or spread `points` over them: `design = \"sobol\"`"});
  throw InputError(problems.list());
}

// Every point is read before the first is simulated, so that a wrong one is known at once.
void check_points(const PointRunner& runner, const std::vector<SweepPoint>& points) {
  constexpr std::size_t quickly_read = 10'000;  // a point takes some milliseconds
  if (points.size() > quickly_read) return;
  for (const SweepPoint& point : points) runner.variant(point);
}

// The rest of the first line of these rows with the shown firm, month and metric.
std::string shown_line(const std::string& rows, const SweepResult& result) {
  const std::string wanted = fmt::format(",{},{},{},", csv_field(result.shown_firm),
                                         result.shown_month, csv_field(result.shown_metric));
  const std::size_t at = rows.find(wanted);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + wanted.size();
  return rows.substr(begin, rows.find('\n', begin) - begin);
}

// From a line "unit,mean,sd,…,mc_error_p50"; a unit has no comma.
Statistics statistics_in(const std::string& line) {
  std::istringstream numbers(line.substr(line.find(',') + 1));
  Statistics s;
  for (double* const value :
       {&s.mean, &s.sd, &s.p05, &s.p25, &s.p50, &s.p75, &s.p95, &s.mc_error_p50}) {
    std::string field;
    std::getline(numbers, field, ',');
    *value = std::strtod(field.c_str(), nullptr);
  }
  return s;
}

}  // namespace

SweepResult run_sweep(const ScenarioSource& source, const ReadOptions& reading,
                      const Catalogue& catalogue, const SweepOptions& options) {
  const Clock::time_point start = Clock::now();
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  const Scenario& base = source.set().variants.front().scenario;
  if (!source.sweep()) {
    Problems problems = source.problems();
    problems.error({.file = source.set().file}, "the scenario has no [sweep]",
                   {"`[[sweep.axis]]` with `path` and `values`; see docs/scenario.md"});
    throw InputError(problems.list());
  }
  const SweepSpec& spec = *source.sweep();
  const Wanted wanted = wanted_of(spec, base);
  const PointRunner runner(source, catalogue, spec, options.run, wanted);
  const double count = point_count(spec);
  if (count > most_sweep_points) refuse_size(source, runner, spec, count, base.draws);
  const std::vector<SweepPoint> points = sweep_points(spec, base.seed);
  check_points(runner, points);

  SweepResult result;
  result.scenario = base.name;
  result.title = base.title;
  result.spec = spec;
  result.points = points.size();
  result.draws = base.draws;
  result.seed = base.seed;
  result.inputs = source.set().inputs;
  result.device_description = runner.backend().description();
  result.device_note = runner.device_note;
  result.started_utc = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
  result.shown_metric = wanted.metric_names.front();
  result.shown_month = step_label(base, wanted.steps.front());
  result.shown_firm = "all";
  // The last in the order of the results.
  if (!wanted.firms.empty() && std::count(wanted.firms.begin(), wanted.firms.end(), "all") == 0)
    for (const Firm& firm : base.firms)
      if (std::count(wanted.firms.begin(), wanted.firms.end(), firm.name) > 0)
        result.shown_firm = firm.name;
  for (const SweepAxis& axis : spec.axes) result.axes.push_back(axis.name);

  SweepStore store(options.folder, key_of(source, reading), options.resume);
  result.points_kept = store.points().size();
  std::uint64_t done = 0;
  const std::uint64_t total = (points.size() - result.points_kept) * base.draws;
  for (const SweepPoint& point : points) {
    if (!store.points().contains(point.number)) {
      try {
        store.add(point.number, runner.run(point, base.draws, done, total));
      } catch (const Interrupted&) {
        throw SweepInterrupted(fmt::format(
            "interrupted after {} of {} points; they are kept in `{}`, and --resume goes on",
            store.points().size(), points.size(), store.path().string()));
      }
      done += base.draws;
    }
    result.labels.push_back(point.labels);
    result.rows.push_back(store.points().at(point.number));
    const std::string line = shown_line(result.rows.back(), result);
    result.shown.push_back(statistics_in(line));
    result.shown_unit = line.substr(0, line.find(','));
  }
  result.seconds = seconds_since(start);
  FileSet files(options.folder);
  files.write("sweep.csv", sweep_csv(result));
  files.write("sweep.json", sweep_json(result));
  files.publish();
  store.remove();
  return result;
}

}  // namespace tranche
