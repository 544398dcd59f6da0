#include "sim/catalogue.hpp"

#include <gtest/gtest.h>

namespace tranche {
namespace {

TEST(Catalogue, ReadsWithoutProblems) {
  try {
    const Catalogue catalogue = read_catalogue(TRANCHE_SOURCE_DIR "/scenarios");
    EXPECT_GE(catalogue.chips.size(), 45U);
  } catch (const InputError& error) {
    FAIL() << error.what();
  }
}

}  // namespace
}  // namespace tranche
