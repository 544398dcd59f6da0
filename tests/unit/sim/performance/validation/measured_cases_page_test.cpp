// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "sim/performance/validation/case_columns.hpp"

namespace tranche {
namespace {

TEST(MeasuredCasesPage, NamesEveryColumnThatTheReaderKnows) {
  std::ifstream file(std::string(TRANCHE_SOURCE_DIR) + "/docs/formats/measured-cases.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  ASSERT_FALSE(page.empty());
  for (const CaseSchema schema :
       {CaseSchema::training, CaseSchema::inference, CaseSchema::memory_bound}) {
    const std::size_t begin = page.find(std::string("## Columns of ") + schema_name(schema));
    ASSERT_NE(begin, std::string::npos) << schema_name(schema);
    const std::string section = page.substr(begin, page.find("\n## ", begin + 3) - begin);
    for (const CaseColumn& column : columns_of(schema))
      EXPECT_NE(section.find(std::string("| `") + column.name + "` |"), std::string::npos)
          << schema_name(schema) << ": " << column.name;
  }
}

}  // namespace
}  // namespace tranche
