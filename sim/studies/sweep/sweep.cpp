// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sweep/sweep.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <sstream>

#include "sim/base/atomic_file.hpp"
#include "sim/simulate/input_identity.hpp"
#include "sim/simulate/lowering/known_metrics.hpp"
#include "sim/simulate/parallel/shared_work.hpp"
#include "sim/studies/sweep/design.hpp"
#include "sim/studies/sweep/point.hpp"
#include "sim/studies/sweep/rounds.hpp"
#include "sim/text/human_number.hpp"
#include "sim/text/text_table.hpp"

namespace tranche {
namespace {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr double bytes_per_row = 180;  // of sweep.csv, approximately

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Throws InputError with the estimated time and output size of a sweep that is too large, measured
// on one point.
[[noreturn]] void refuse_size(const ScenarioSource& source, PointRunner& runner,
                              const SweepSpec& spec, double points, std::uint64_t draws) {
  const std::uint64_t sample = std::min<std::uint64_t>(draws, 8192);
  const SweepPoint point = first_point(spec);
  const Clock::time_point start = Clock::now();
  runner.run({&point}, sample, 0, sample);
  const double first_s = seconds_since(start);
  const Clock::time_point again = Clock::now();
  const std::string text = runner.run({&point}, 1, 0, 1).front();
  const double setup_s = seconds_since(again);
  const double point_s = setup_s + std::max(first_s - setup_s, 0.0) * static_cast<double>(draws) /
                                       static_cast<double>(sample);
  const double rows = static_cast<double>(std::count(text.begin(), text.end(), '\n'));
  Problems problems = source.problems();
  problems.error(
      spec.where, fmt::format("a sweep of {:.6g} points is too large", points),
      {fmt::format("at most {:.0f} points", max_sweep_points),
       fmt::format("it would take about {} here at {} draws a point, and write about {:.3g} GB",
                   duration_text(points * point_s), with_separators(draws),
                   points * rows * bytes_per_row / 1e9),
       "give axes fewer values, or spread `points` over them: `design = \"sobol\"`"});
  throw InputError(problems.list());
}

// Reads every point before the first is simulated, so that errors appear at once, and lowers each
// value of an axis with one point that has it.
void check_points(PointRunner& runner, const std::vector<SweepPoint>& points) {
  constexpr std::size_t quickly_read = 10'000;  // a point takes some milliseconds
  constexpr std::size_t max_lowered = 100;
  std::set<std::pair<std::size_t, std::string>> seen;
  std::size_t lowered = 0;
  for (const SweepPoint& point : points) {
    bool is_new = false;
    for (std::size_t axis = 0; axis < point.labels.size(); ++axis)
      is_new = seen.insert({axis, point.labels[axis]}).second || is_new;
    if (is_new && lowered < max_lowered) {
      runner.check(point);
      ++lowered;
    } else if (points.size() <= quickly_read) {
      runner.variant(point);
    }
  }
}

// Points of the sweep, if it has no errors.
std::vector<SweepPoint> checked_points(const ScenarioSource& source, PointRunner& runner) {
  const SweepSpec& spec = *source.sweep();
  const Scenario& base = source.set().variants.front().scenario;
  const double count = point_count(spec);
  if (count > max_sweep_points) refuse_size(source, runner, spec, count, base.draws);
  std::vector<SweepPoint> points = sweep_points(spec, base.seed);
  check_points(runner, points);
  return points;
}

// Rest of the first line of these rows with the shown firm, month and metric.
std::string shown_line(const std::string& rows, const SweepResult& result) {
  const std::string wanted = fmt::format(",{},{},{},", csv_field(result.shown_firm),
                                         result.shown_month, csv_field(result.shown_metric));
  const std::size_t at = rows.find(wanted);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + wanted.size();
  return rows.substr(begin, rows.find('\n', begin) - begin);
}

// Parses a line "unit,mean,sd,…,share_below"; a unit has no comma.
ShownPoint shown_in(const std::string& line) {
  std::istringstream numbers(line.substr(line.find(',') + 1));
  ShownPoint shown;
  Statistics &s = shown.value, &d = shown.difference;
  for (double* const value :
       {&s.mean, &s.sd, &s.p05, &s.p25, &s.p50, &s.p75, &s.p95, &s.mc_error_p50, &d.mean, &d.p05,
        &d.p50, &d.p95, &d.share_positive, &d.share_negative}) {
    std::string field;
    std::getline(numbers, field, ',');
    *value = field.empty() ? std::numeric_limits<double>::quiet_NaN()
                           : std::strtod(field.c_str(), nullptr);
  }
  d.share_zero = 1 - d.share_positive - d.share_negative;
  return shown;
}

// Points missing from the store, which is on rank 0 and is sent to the others.
std::vector<const SweepPoint*> missing_points(const std::vector<SweepPoint>& points,
                                              const std::optional<SweepStore>& store,
                                              const SharedWork& work) {
  std::vector<double> places;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (store && !store->points().contains(points[i].number))
      places.push_back(static_cast<double>(i));
  std::vector<const SweepPoint*> missing;
  for (const double place : work.from_first(places))
    missing.push_back(&points[static_cast<std::size_t>(place)]);
  return missing;
}

// The result without the points.
SweepResult described(const ScenarioSource& source, const SweepSpec& spec,
                      const SweepOutputs& wanted, const PointRunner& runner) {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  const Scenario& base = source.set().variants.front().scenario;
  SweepResult result;
  result.scenario = base.name;
  result.title = base.title;
  result.spec = spec;
  result.draws = base.draws;
  result.seed = base.seed;
  result.inputs = source.set().inputs;
  result.device_description = runner.backend().description();
  result.device_note = runner.device_note();
  result.started_utc = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
  result.shown_metric = wanted.metrics.front();
  result.shown_month = step_label(base, wanted.steps.front());
  result.shown_firm = "all";
  // The last in the order of the results.
  if (!wanted.firms.empty() && std::count(wanted.firms.begin(), wanted.firms.end(), "all") == 0)
    for (const Firm& firm : base.firms)
      if (std::count(wanted.firms.begin(), wanted.firms.end(), firm.name) > 0)
        result.shown_firm = firm.name;
  for (const SweepAxis& axis : spec.axes) result.axes.push_back(axis.name);
  return result;
}

}  // namespace

void check_sweep(const ScenarioSource& source, const Catalogue& catalogue) {
  if (!source.sweep()) return;
  const Execution execution{.device = Device::cpu, .threads = 1};
  const SweepSpec& spec = *source.sweep();
  PointRunner runner(source, catalogue, spec, execution,
                     sweep_outputs(spec, source.set(), catalogue));
  checked_points(source, runner);
}

SweepResult run_sweep(const ScenarioSource& source, const ReadOptions& reading,
                      const Catalogue& catalogue, const SweepOptions& options) {
  const Clock::time_point start = Clock::now();
  const Scenario& base = source.set().variants.front().scenario;
  if (!source.sweep()) {
    Problems problems = source.problems();
    problems.error({.file = source.set().file}, "the scenario has no [sweep]",
                   {"`[[sweep.axis]]` with `path` and `values`; see docs/formats/scenario.md"});
    throw InputError(problems.list());
  }
  check_headline(source.set(), catalogue);
  const SweepSpec& spec = *source.sweep();
  const SweepOutputs wanted = sweep_outputs(spec, source.set(), catalogue);
  PointRunner runner(source, catalogue, spec, options.execution, wanted);
  const std::vector<SweepPoint> points = checked_points(source, runner);

  SweepResult result = described(source, spec, wanted, runner);
  result.points = points.size();
  std::size_t done = 0;
  const SharedWork work(options.execution.ranks);
  const std::string key = input_identity(source.set(), catalogue, reading.set);
  if (work.is_shared()) {
    agree_on(*options.execution.ranks, "sweep " + key);
    result.device_description = devices_of(*options.execution.ranks, result.device_description);
  }
  std::optional<SweepStore> store;  // on the first rank
  work.together([&] {
    if (!work.is_first()) return;
    if (options.folder.empty())
      store.emplace();
    else
      store.emplace(options.folder, key, options.resume);
  });
  try {
    run_points(runner, missing_points(points, store, work), base.draws, work,
               [&](const SweepPoint& point, const std::string& rows) {
                 store->add(point.number, rows);
                 ++done;
               });
  } catch (const Interrupted&) {
    if (!work.is_first() || options.folder.empty()) throw;
    throw SweepInterrupted(fmt::format(
        "interrupted after {} of {} points; they are kept in `{}`, and --resume goes on",
        store->points().size(), points.size(), store->path().string()));
  }
  if (!work.is_first()) return result;
  result.points_kept = points.size() - done;
  for (const SweepPoint& point : points) {
    result.labels.push_back(point.labels);
    result.rows.push_back(store->points().at(point.number));
    const std::string line = shown_line(result.rows.back(), result);
    result.shown.push_back(shown_in(line));
    result.shown_unit = line.substr(0, line.find(','));
  }
  result.seconds = seconds_since(start);
  if (options.folder.empty()) return result;
  FileSet files(options.folder);
  write_sweep(result, files);
  options.publish(files);
  store->remove();
  return result;
}

}  // namespace tranche
