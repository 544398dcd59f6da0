// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <string>
#include <type_traits>

#include "sim/input/csv_reader.hpp"
#include "sim/input/diagnostic.hpp"
#include "sim/performance/evidence/evidence.hpp"

namespace tranche {
namespace {

std::optional<EvidenceQuestion> question_of(const std::string& name) {
  for (const EvidenceQuestionName& row : evidence_questions)
    if (row.name == name) return row.question;
  return std::nullopt;
}

// Rows of a table with a known `question`; the others are problems.
template <class Use>
void each_row(const std::filesystem::path& path, Problems& problems, Use use) {
  const CsvTable table = read_csv(path.string());
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const std::string name = table.field(row, "question");
    if (const auto question = question_of(name)) {
      const auto number = [&](const char* column) { return table.number(row, column).value_or(0); };
      use(table, row, *question, number);
    } else {
      problems.error({path.string(), table.lines[row], 1, 1},
                     fmt::format("unknown question `{}`", name));
    }
  }
}

}  // namespace

EvidenceTable read_evidence(const std::string& data_folder) {
  const auto folder = std::filesystem::path(data_folder) / "measured";
  EvidenceTable evidence;
  if (!std::filesystem::exists(folder / "evidence.csv")) return evidence;
  Problems problems;
  each_row(folder / "evidence.csv", problems,
           [&](const CsvTable& table, std::size_t row, EvidenceQuestion question, auto number) {
             EvidenceCell cell;
             cell.traits.question = question;
             for_each_trait(cell.traits, [&](const char* name, auto& value) {
               if constexpr (std::is_same_v<std::decay_t<decltype(value)>, double>)
                 value = number(name);
               else
                 value = table.field(row, name);
             });
             cell.group = table.field(row, "group");
             cell.rows = number("rows");
             cell.mean_absolute_ln_error = number("mean_absolute_ln_error");
             evidence.cells.push_back(std::move(cell));
           });
  each_row(folder / "evidence_errors.csv", problems,
           [&](const CsvTable& table, std::size_t row, EvidenceQuestion question, auto number) {
             evidence.questions[static_cast<std::size_t>(question)] = {
                 .mean_absolute_ln_error = number("mean_absolute_ln_error"),
                 .interval_factor = number("interval_factor"),
                 .sibling_correlation = number("sibling_correlation"),
                 .rows = number("rows"),
                 .groups = number("groups"),
                 .as_of = table.field(row, "as_of")};
           });
  problems.throw_if_errors();
  weigh_groups(evidence);
  return evidence;
}

}  // namespace tranche
