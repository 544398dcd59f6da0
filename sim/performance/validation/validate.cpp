// SPDX-License-Identifier: Apache-2.0
#include "sim/performance/validation/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>

#include "sim/input/diagnostic.hpp"
#include "sim/input/input_file.hpp"
#include "sim/performance/coefficients/training.hpp"
#include "sim/performance/evidence/traits_of.hpp"
#include "sim/performance/validation/memory_bound_cases.hpp"
#include "sim/performance/validation/other_files.hpp"
#include "sim/performance/validation/training_cases.hpp"
#include "sim/performance/validation/validate_training.hpp"

namespace tranche {
namespace {

// "TP 8, PP 2", as in the row.
std::string stated_layout(const CsvTable& table, std::size_t row) {
  std::string text;
  for (const char* column : {"TP", "PP", "CP", "EP", "DP"}) {
    const std::string ways = table.field(row, column);
    if (!is_blank(ways) && ways != "1" && ways != "0")
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", column, ways);
  }
  return text;
}

// Result of a row without a prediction, from its fields.
CaseResult skipped_row(const CsvTable& table, std::size_t row, CaseSchema schema,
                       const std::string& why) {
  const bool training = schema == CaseSchema::training;
  CaseResult r;
  r.id = table.field(row, "id");
  r.source = table.field(row, "source");
  r.chip = table.field(row, "chip");
  r.software = table.field(row, "software");
  r.unit = training ? "tokens/s/GPU" : table.field(row, "unit");
  r.measured = table.number(row, training ? "derived_tokens_per_s_per_gpu" : "value");
  r.group = training ? table.field(row, "family") : r.source;
  r.model = table.field(row, "model_name");
  r.layout = stated_layout(table, row);
  r.status = "skipped: " + why;
  return r;
}

std::vector<CaseResult> predicted_rows(const CsvTable& table, CaseSchema schema,
                                       const ValidationInputs& in, std::vector<ChipPair>& pairs) {
  if (schema == CaseSchema::training) {
    return validate_training(training_cases(table, in.catalogue), in.catalogue, in.training);
  }
  if (schema == CaseSchema::memory_bound) {
    return validate_memory_bound(read_memory_bound_cases(table, in.catalogue, in.memory_bound),
                                 in.memory_bound);
  }
  const auto cases = read_inference_cases(table, in.catalogue);
  std::vector<CaseResult> results = validate_inference(cases, in.inference);
  pairs = chip_pairs(cases, results, "H100-SXM", "H200-SXM");
  return results;
}

// Validates row by row, if a text in one of them exceeds its reader.
std::vector<CaseResult> rows_one_by_one(const CsvTable& table, CaseSchema schema,
                                        const ValidationInputs& in) {
  std::vector<CaseResult> results;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    CsvTable one;
    one.file = table.file;
    one.columns = table.columns;
    one.rows = {table.rows[row]};
    one.lines = {table.lines[row]};
    std::vector<ChipPair> none;
    try {
      results.push_back(predicted_rows(one, schema, in, none).at(0));
    } catch (const std::logic_error&) {  // out of range, not a number
      results.push_back(skipped_row(table, row, schema, "a text in it cannot be read"));
    }
  }
  return results;
}

std::vector<CaseResult> predicted_or_skipped(const CsvTable& table, CaseSchema schema,
                                             const ValidationInputs& in,
                                             std::vector<ChipPair>& pairs) {
  try {
    return predicted_rows(table, schema, in, pairs);
  } catch (const std::logic_error&) {
    return rows_one_by_one(table, schema, in);
  }
}

// Refuses predictions that are not meaningful numbers.
void refuse_senseless(CaseResult& r) {
  if (!r.predicted || (std::isfinite(*r.predicted) && *r.predicted > 0.0)) return;
  r.predicted.reset();
  r.error_percent.reset();
  r.status = "skipped: the model has no answer for this row";
}

Cell number_cell(const std::optional<double>& value) {
  return value ? Cell(fmt::format("{:.6g}", *value), *value) : Cell();
}

void add_evidence(CaseResult& r, const ValidationInputs& inputs) {
  if (const ChipEntry* const chip = case_chip_entry(inputs.catalogue, r.chip))
    set_chip(r.traits, *chip);
  r.evidence = evidence_of(r.traits, inputs.evidence);
  if (r.evidence.own_runs == 0) return;
  *r.predicted *= r.evidence.own_factor;
  if (r.measured) r.error_percent = 100.0 * (*r.predicted / *r.measured - 1.0);
}

std::vector<std::string> missing_columns_help(const CsvTable& table) {
  std::vector<std::string> help = missing_columns(table);
  help.emplace_back("docs/formats/measured-cases.md describes the columns");
  return help;
}

// The row with its chip under the catalogue's name, so that other spellings are not misread.
std::vector<std::string> with_catalogue_chip(const CsvTable& table, std::size_t row,
                                             const Catalogue& catalogue) {
  std::vector<std::string> fields = table.rows[row];
  const auto column = table.column("chip");
  if (!column || *column >= fields.size()) return fields;
  const ChipEntry* const chip = catalogue.find_chip(table.field(row, "chip"));
  if (chip != nullptr) fields[*column] = chip->name;
  return fields;
}

ValidatedFile validate_table(const CsvTable& table, CaseSchema schema,
                             const ValidationInputs& inputs) {
  ValidatedFile out;
  out.file = table.file;
  out.schema = schema;
  CsvTable sound = table;
  sound.rows.clear();
  sound.lines.clear();
  std::vector<std::string> problems(table.rows.size());
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    problems[row] = row_problem(table, row, schema, inputs.catalogue);
    if (!problems[row].empty()) continue;
    sound.rows.push_back(with_catalogue_chip(table, row, inputs.catalogue));
    sound.lines.push_back(table.lines[row]);
  }
  const auto predicted = predicted_or_skipped(sound, schema, inputs, out.pairs);
  std::size_t next = 0;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    if (!problems[row].empty()) {
      out.results.push_back(skipped_row(table, row, schema, problems[row]));
      out.results.back().line = table.lines[row];
      continue;
    }
    CaseResult r = predicted[next++];
    refuse_senseless(r);
    if (r.predicted) add_evidence(r, inputs);
    const std::string assumed = row_assumptions(table, row, schema, inputs.catalogue);
    if (!assumed.empty()) r.assumed += (r.assumed.empty() ? "" : "; ") + assumed;
    if (r.precision.empty()) {
      r.precision =
          table.field(row, schema == CaseSchema::inference ? "weight_precision" : "precision");
    }
    r.line = table.lines[row];
    out.results.push_back(std::move(r));
  }
  return out;
}

// First bytes of a file, enough to recognise its format; empty if it cannot be read.
std::string beginning_of(const std::string& file) {
  if (!why_no_file(file).empty()) return {};
  std::string text(4096, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, stream.gcount())));
  return text;
}

// The table of a file, or empty with a problem.
std::optional<CsvTable> readable_table(const std::string& file, Problems& problems) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (std::filesystem::is_directory(status)) {
    problems.error({file}, fmt::format("`{}` is a folder", file), {"a CSV file of measured cases"});
    return std::nullopt;
  }
  if (const auto other = other_file(beginning_of(file))) {
    problems.error({file, 1, 1, 1},
                   fmt::format("this looks like {}, not like a table of cases", other->looks_like),
                   {other->what_to_do});
    return std::nullopt;
  }
  try {
    CsvTable table = read_csv(file);
    if (table.rows.empty()) {
      problems.error({file, 1, 1, 1}, "the file has no cases", {"one row for each measured case"});
      return std::nullopt;
    }
    return table;
  } catch (const InputError& wrong) {
    for (const Diagnostic& d : wrong.diagnostics()) problems.error(d.where, d.problem, d.help);
    return std::nullopt;
  }
}

}  // namespace

ValidationInputs read_validation_inputs(const std::string& folder) {
  return {read_catalogue(folder),
          read_coefficients(folder),
          read_inference_coefficients(folder),
          read_memory_bound_model(folder),
          read_evidence(folder),
          folder};
}

std::vector<std::string> measured_files(const std::string& folder) {
  std::vector<std::string> files;
  for (const char* name : {"training_cases", "training_cases_extra", "training_cases_moe",
                           "training_cases_2026", "inference_cases", "inference_cases_moe",
                           "inference_cases_2026", "membound_cases", "membound_cases_2026"}) {
    files.push_back(fmt::format("{}/measured/{}.csv", folder, name));
  }
  return files;
}

std::vector<ValidatedFile> validate_files(const std::vector<std::string>& files,
                                          const ValidationInputs& inputs) {
  Problems problems;
  std::vector<CsvTable> tables;
  std::vector<CaseSchema> schemas;
  for (const std::string& file : files) {
    auto table = readable_table(file, problems);
    if (!table) continue;
    const auto schema = case_schema(*table);
    if (!schema) {
      problems.error({file, 1, 1, 1}, "these columns are none of measured cases",
                     missing_columns_help(*table));
      continue;
    }
    tables.push_back(std::move(*table));
    schemas.push_back(*schema);
  }
  problems.throw_if_errors();
  std::vector<ValidatedFile> validated;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    validated.push_back(validate_table(tables[i], schemas[i], inputs));
  }
  return validated;
}

TextTable validation_table(const std::vector<ValidatedFile>& files) {
  TextTable table;
  table.columns = {{"case", "id"},     {"predicted", "predicted"}, {"measured", "measured"},
                   {"unit", "unit"},   {"error", "error_percent"}, {"status", "status"},
                   {"low", "low"},     {"high", "high"},           {"grade", "grade"},
                   {"model", "model"}, {"chip", "chip"},           {"layout", "layout"}};
  for (const ValidatedFile& file : files) {
    for (const CaseResult& r : file.results) {
      const bool has_interval = r.predicted && r.evidence.high > 0.0;
      const auto bound = [&](double factor) {
        return number_cell(has_interval ? std::optional(*r.predicted * factor) : std::nullopt);
      };
      table.rows.push_back(
          {Cell(r.id), number_cell(r.predicted), number_cell(r.measured), Cell(r.unit),
           number_cell(r.error_percent), Cell(r.status), bound(r.evidence.low),
           bound(r.evidence.high),
           r.predicted ? Cell(std::string(grade_letter(r.evidence.grade))) : Cell(), Cell(r.model),
           Cell(r.chip), Cell(r.layout)});
    }
  }
  return table;
}

TextTable validation_detail_table(const std::vector<ValidatedFile>& files) {
  TextTable table = validation_table(files);
  for (const char* name : {"group", "question", "distance", "nearest", "extrapolated"})
    table.columns.push_back({name, name});
  PredictionTraits none;
  for_each_trait(none, [&](const char* name, auto&) {
    const std::string key = std::string("trait_") + name;
    table.columns.push_back({key, key});
  });
  std::size_t row = 0;
  for (const ValidatedFile& file : files) {
    for (const CaseResult& r : file.results) {
      std::vector<Cell>& cells = table.rows[row++];
      cells.emplace_back(r.group);
      if (!r.predicted) {
        cells.resize(table.columns.size());
        continue;
      }
      cells.emplace_back(std::string(name_of(r.traits.question).name));
      cells.push_back(number_cell(r.evidence.distance));
      cells.emplace_back(r.evidence.nearest_group);
      cells.emplace_back(r.evidence.extrapolated);
      for_each_trait(r.traits, [&](const char*, const auto& value) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, double>)
          cells.push_back(number_cell(value));
        else
          cells.emplace_back(value);
      });
    }
  }
  return table;
}

std::string why_none(const std::vector<ValidatedFile>& files) {
  std::map<std::string, std::size_t> reasons;
  std::size_t rows = 0;
  for (const ValidatedFile& file : files)
    for (const CaseResult& r : file.results) {
      if (r.predicted) return {};
      ++rows;
      ++reasons[r.status];
    }
  const auto most =
      std::max_element(reasons.begin(), reasons.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most == reasons.end()) return {};
  return fmt::format("none of {} cases could be predicted; {} of them: {}", rows, most->second,
                     most->first);
}

}  // namespace tranche
