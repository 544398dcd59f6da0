// SPDX-License-Identifier: Apache-2.0
#include "sim/results/netcdf/draws_netcdf.hpp"

#include "sim/base/atomic_file.hpp"

#ifdef TRANCHE_WITH_NETCDF

#include <algorithm>
#include <chrono>
#include <limits>
#include <numeric>

#include "kernels/engine/cpu/batch.hpp"
#include "sim/base/version.hpp"
#include "sim/results/netcdf/netcdf_file.hpp"
#include "sim/simulate/draw_table.hpp"

namespace tranche {
namespace {

std::chrono::sys_days first_day(const std::string& month) {
  return std::chrono::year(std::stoi(month.substr(0, 4))) /
         std::chrono::month(static_cast<unsigned>(std::stoi(month.substr(5, 2)))) / 1;
}

// Days from the first day of the first month: the time unit of CF calendars.
std::vector<long long> days_of(const std::vector<std::string>& months) {
  std::vector<long long> out;
  for (const std::string& month : months)
    out.push_back((first_day(month) - first_day(months.front())).count());
  return out;
}

struct Axes {
  int what_if, firm, month, metric, draw, input;
};

class DrawsFile {
 public:
  DrawsFile(const RunResult& result, const std::string& digest, const std::filesystem::path& path)
      : result_(result), inputs_(input_columns(result.lowered)), file_(path) {
    define(digest);
    write_labels();
  }

  const std::vector<InputColumn>& inputs() const { return inputs_; }

  void append(const DrawBatch& batch) {
    const LoweredScenario& lowered = result_.lowered;
    const std::size_t months = lowered.steps.size(), metrics = lowered.metrics.size();
    const auto count = static_cast<std::size_t>(batch.count);
    const std::size_t first = batch.first_draw;
    buffer_.resize(months * count);
    std::size_t series = 0;  // outputs come by variant, firm, month, metric
    for (std::size_t variant = 0; variant < lowered.variants.size(); ++variant)
      for (std::size_t firm = 0; firm < lowered.firms.size(); ++firm, series += months * metrics)
        for (std::size_t metric = 0; metric < metrics; ++metric) {
          for (std::size_t month = 0; month < months; ++month) {
            const auto values = batch.output(series + month * metrics + metric);
            if (is_unknown(lowered, static_cast<std::int32_t>(variant),
                           static_cast<std::int32_t>(firm), static_cast<std::int32_t>(metric))) {
              std::fill_n(buffer_.begin() + static_cast<std::ptrdiff_t>(month * count), count,
                          std::numeric_limits<float>::quiet_NaN());
              continue;
            }
            std::copy(values.begin(), values.end(),
                      buffer_.begin() + static_cast<std::ptrdiff_t>(month * count));
          }
          file_.write(value_, {variant, firm, 0, metric, first}, {1, 1, months, 1, count}, buffer_);
        }
    std::vector<long long> numbers(count);
    std::iota(numbers.begin(), numbers.end(), static_cast<long long>(first));
    file_.write(draw_, first, numbers);
    for (std::size_t i = 0; i < inputs_.size(); ++i)
      file_.write(input_value_, {i, first}, {1, count}, batch.input(i));
  }

  void publish() { file_.publish(); }

 private:
  void define(const std::string& digest) {
    const LoweredScenario& lowered = result_.lowered;
    const Scenario& scenario = result_.set.variants.front().scenario;
    axes_ = {file_.dimension("what_if", lowered.variants.size()),
             file_.dimension("firm", lowered.firms.size()),
             file_.dimension("month", lowered.steps.size()),
             file_.dimension("metric", lowered.metrics.size()),
             file_.dimension("draw", result_.draws),
             file_.dimension("input", std::max<std::size_t>(inputs_.size(), 1))};
    what_if_ = label("what_if", axes_.what_if, "what-if; the base case is `base`");
    firm_ = label("firm", axes_.firm, "firm; the sum over firms is `all`");
    metric_ = label("metric", axes_.metric, "metric");
    unit_ = label("unit", axes_.metric, "unit of the metric");
    title_ = label("metric_title", axes_.metric, "title of the metric");
    input_ = label("input", axes_.input, "random number of an input");
    input_unit_ = label("input_unit", axes_.input, "unit of the input");
    month_ = file_.numbers("month", axes_.month);
    file_.attribute(month_, "standard_name", "time");
    file_.attribute(month_, "long_name", "first day of the month or quarter");
    file_.attribute(month_, "units", "days since " + lowered.steps.front() + "-01");
    file_.attribute(month_, "calendar", "proleptic_gregorian");
    file_.attribute(month_, "axis", "T");
    draw_ = file_.numbers("draw", axes_.draw);
    file_.attribute(draw_, "long_name", "number of the draw; the same luck in every what-if");
    constexpr auto draws = static_cast<std::size_t>(kernels::batch_draws);
    const std::size_t chunk = std::min<std::size_t>(draws, result_.draws);
    value_ =
        file_.floats("value", {axes_.what_if, axes_.firm, axes_.month, axes_.metric, axes_.draw},
                     {1, 1, lowered.steps.size(), 1, chunk});
    file_.attribute(value_, "long_name", "value of the metric in one draw");
    file_.attribute(value_, "comment", "in the unit given along metric");
    file_.attribute(value_, "coordinates", "unit metric_title");
    input_value_ = file_.floats("input_value", {axes_.input, axes_.draw}, {1, chunk});
    file_.attribute(input_value_, "long_name", "what was drawn for the input");
    file_.attribute(input_value_, "coordinates", "input_unit");
    file_.file_attribute("Conventions", "CF-1.10");
    file_.file_attribute("title", scenario.title.empty() ? scenario.name : scenario.title);
    file_.file_attribute("source", "tranche " + version());
    file_.file_attribute("history", result_.started_utc + " tranche run " + result_.set.file);
    file_.file_attribute("comment", "a conditional forecast, not a prediction");
    file_.file_attribute("seed", std::to_string(result_.seed));
    file_.file_attribute("digest", digest);
    file_.end_of_names();
  }

  int label(const std::string& name, int axis, const std::string& meaning) {
    const int id = file_.texts(name, axis);
    file_.attribute(id, "long_name", meaning);
    return id;
  }

  void write_labels() {
    const LoweredScenario& lowered = result_.lowered;
    std::vector<std::string> names, units, titles;
    for (const MetricInfo& metric : lowered.metrics) {
      names.push_back(metric.name);
      units.push_back(metric.unit);
      titles.push_back(metric.title);
    }
    file_.write(what_if_, lowered.variants);
    file_.write(firm_, lowered.firms);
    file_.write(metric_, names);
    file_.write(unit_, units);
    file_.write(title_, titles);
    std::vector<std::string> inputs, input_units;
    for (const InputColumn& column : inputs_) {
      inputs.push_back(column.name);
      input_units.push_back(lowered.inputs[column.input].unit);
    }
    if (inputs.empty()) inputs = input_units = {""};
    file_.write(input_, inputs);
    file_.write(input_unit_, input_units);
    file_.write(month_, 0, days_of(lowered.steps));
  }

  const RunResult& result_;
  std::vector<InputColumn> inputs_;
  NetcdfFile file_;
  Axes axes_{};
  int what_if_ = 0, firm_ = 0, metric_ = 0, unit_ = 0, title_ = 0, input_ = 0, input_unit_ = 0,
      month_ = 0, draw_ = 0, value_ = 0, input_value_ = 0;
  std::vector<float> buffer_;
};

}  // namespace

bool can_save_draws() { return true; }

void save_draws(const RunResult& result, const std::string& digest,
                const std::filesystem::path& path, const Execution& execution) {
  DrawsFile file(result, digest, path);
  DrawRequest request{.range = {0, result.draws},
                      .inputs = file.inputs(),
                      .outputs = all_outputs(result.lowered),
                      .execution = execution};
  const std::uint64_t done =
      for_each_draw(result.lowered, request, [&](const DrawBatch& batch) { file.append(batch); });
  if (done < result.draws) throw Interrupted("interrupted while saving draws");
  file.publish();
}

}  // namespace tranche

#else

namespace tranche {

bool can_save_draws() { return false; }

void save_draws(const RunResult&, const std::string&, const std::filesystem::path&,
                const Execution&) {
  throw OutputError("this program was built without NetCDF, so it cannot save draws");
}

}  // namespace tranche

#endif
