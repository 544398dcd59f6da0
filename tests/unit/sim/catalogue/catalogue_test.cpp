// SPDX-License-Identifier: Apache-2.0
#include "sim/catalogue/catalogue.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/shipped.hpp"

namespace tranche {
namespace {

namespace fs = std::filesystem;

using tests::catalogue;

// A copy of the shipped catalogue with one file replaced.
class EditedCatalogue : public testing::Test {
 protected:
  EditedCatalogue() {
    const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() /
              (std::string("tranche_catalogue_") + test->name() + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    fs::copy(TRANCHE_SOURCE_DIR "/scenarios/catalogue", folder_ / "catalogue",
             fs::copy_options::recursive);
  }
  ~EditedCatalogue() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / "catalogue" / name) << text;
  }
  void append(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / "catalogue" / name, std::ios::app) << text;
  }
  // Problems of reading it, each as one line with location and text.
  std::string problems() {
    try {
      read_catalogue(folder_.string());
    } catch (const InputError& error) {
      std::string text;
      for (const Diagnostic& one : error.diagnostics()) {
        text += fs::path(one.where.file).filename().string() + ":" +
                std::to_string(one.where.line) + ":" + std::to_string(one.where.column) + ": " +
                one.problem + "\n";
        for (const std::string& help : one.help) text += "  " + help + "\n";
      }
      return text;
    }
    return "none";
  }

  fs::path folder_;
};

TEST(Catalogue, HoldsWhatItPromises) {
  EXPECT_GE(catalogue().chips.size(), 45U);
  EXPECT_GE(catalogue().models.size(), 48U);
  EXPECT_GE(catalogue().workloads.size(), 22U);
  EXPECT_EQ(catalogue().rules.size(), 6U);
  EXPECT_EQ(catalogue().yardsticks.size(), 4U);
}

TEST(Catalogue, EveryNumberHasASourceThatIsSpelledOut) {
  const auto check = [](const ChipEntry& chip, const MaybeNumber& number) {
    if (!number) return;
    EXPECT_FALSE(number->source.empty()) << chip.name << " " << number->text;
    EXPECT_GT(number->value, 0) << chip.name << " " << number->text;
  };
  for (const ChipEntry& chip : catalogue().chips) {
    for (const auto& [precision, rate] : chip.dense_flop_per_s) check(chip, rate);
    for (const MaybeNumber* number :
         {&chip.memory_bandwidth_bytes_per_s, &chip.memory_capacity_bytes,
          &chip.scale_up_bytes_per_s, &chip.scale_up_chips, &chip.scale_out_bytes_per_s,
          &chip.tdp_w, &chip.server_w, &chip.die_area_mm2, &chip.die_count, &chip.transistors,
          &chip.price_low_usd, &chip.price_high_usd}) {
      check(chip, *number);
    }
  }
  for (const ModelEntry& model : catalogue().models) {
    EXPECT_FALSE(model.source.empty()) << model.name;
    EXPECT_EQ(model.training_tokens.has_value(), !model.training_source.empty()) << model.name;
  }
  for (const WorkloadEntry& workload : catalogue().workloads) {
    EXPECT_FALSE(workload.source.empty()) << workload.name;
  }
}

TEST(Catalogue, FindsAliasesInAnyLetterCase) {
  EXPECT_EQ(catalogue().find_chip("H200"), catalogue().find_chip("H200-SXM"));
  EXPECT_EQ(catalogue().find_chip("h100"), catalogue().find_chip("H100-SXM"));
  EXPECT_EQ(catalogue().find_chip("A800")->name, "A800-SXM");
  EXPECT_EQ(catalogue().find_chip("B300")->name, "B300-SXM");
  EXPECT_EQ(catalogue().find_chip("H2000"), nullptr);
  EXPECT_EQ(catalogue().find_workload("triad")->name, "stream-triad");
}

TEST(Catalogue, ClaimsAreMarkedAsClaims) {
  const ChipEntry* claimed = catalogue().find_chip("H200-as-claimed");
  ASSERT_NE(claimed, nullptr);
  EXPECT_EQ(claimed->status, "claim");
  EXPECT_EQ(claimed->dense_flop_per_s.at("bf16").value, 320e12);
  EXPECT_EQ(claimed->dense_flop_per_s.at("bf16").confidence, Confidence::assumed);
  EXPECT_EQ(claimed->transistors->value, 65e9);
  EXPECT_FALSE(claimed->memory_bandwidth_bytes_per_s);
  EXPECT_EQ(catalogue().find_chip("previous-as-claimed")->transistors->value, 54e9);
}

TEST(Catalogue, UnknownValuesStayAbsent) {
  const ChipEntry* chip = catalogue().find_chip("Kunlun-P800");
  ASSERT_NE(chip, nullptr);
  EXPECT_TRUE(chip->dense_flop_per_s.empty());
  EXPECT_FALSE(chip->tdp_w);
  EXPECT_EQ(chip_params(*chip).memory_bandwidth_bytes_per_s, 0);
}

TEST(ChipParams, HoldTheDatasheetInBaseUnits) {
  const kernels::ChipParams h20 = chip_params(*catalogue().find_chip("H20"));
  EXPECT_EQ(h20.generation, kernels::ChipGeneration::hopper);
  EXPECT_EQ(kernels::peak(h20, kernels::Precision::bf16), 148e12);
  EXPECT_EQ(kernels::peak(h20, kernels::Precision::mxfp8), 296e12);
  EXPECT_EQ(h20.vector_fp32_flop_per_s, 44e12);
  EXPECT_EQ(h20.vector_fp64_flop_per_s, 1e12);
  EXPECT_EQ(h20.memory_bandwidth_bytes_per_s, 4e12);
  EXPECT_EQ(h20.scale_up_bytes_per_s, 450e9);  // 900 GB/s counts both directions
  EXPECT_EQ(h20.scale_out_bytes_per_s, 50e9);  // 400 Gbit/s
  EXPECT_EQ(h20.scale_up_chips, 8);
  EXPECT_EQ(h20.tdp_w, 400);
  EXPECT_EQ(catalogue().find_chip("H200")->server_w->value, 10200.0 / 8);
}

TEST_F(EditedCatalogue, ReportsAllProblemsWithTheirPlaces) {
  append("chips.toml",
         "\n[[chip]]\n"
         "name = \"X1\"\n"
         "vendor = \"someone\"\n"
         "available = \"never\"\n"
         "memory_bandwdith = { value = \"1 TB/s\", source = \"S\" }\n"
         "memory_capacity = { value = \"80 TB/s\", source = \"S\" }\n"
         "tdp = { value = \"-5 W\", source = \"S\" }\n"
         "cache = { value = \"5 MB\" }\n"
         "die_area = { value = \"5 mm2\", source = \"QQ\" }\n");
  const std::string text = problems();
  for (const char* expected :
       {"unknown key `memory_bandwdith` in chip `X1`\n  did you mean `memory_bandwidth`?",
        "wrong unit `TB/s` (a bandwidth, not an amount of data) for `memory_capacity` of chip "
        "`X1`",
        "`tdp` of chip `X1` is -5 W (must be above zero and finite)",
        "`cache` of chip `X1` has no `source`", "unknown source `QQ` in `die_area` of chip `X1`"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << "\nin\n" << text;
  }
}

TEST_F(EditedCatalogue, PointsIntoTheText) {
  write("yardsticks.toml",
        "[[yardstick]]\nname = \"y\"\ndefinition = \"d\"\nfigure = \"fp9\"\n"
        "reference_chip = \"H100\"\nsource = \"s\"\nas_of = \"2026\"\n");
  EXPECT_EQ(problems().substr(0, 58), "yardsticks.toml:4:10: unknown `figure` `fp9` of yardstick ");
}

TEST_F(EditedCatalogue, RefusesTwoEntriesOfOneName) {
  append("chips.toml", "\n[[chip]]\nname = \"h200\"\nvendor = \"v\"\navailable = \"a\"\n");
  EXPECT_NE(problems().find("chip `h200` is named twice"), std::string::npos);
}

TEST_F(EditedCatalogue, RefusesSparseRates) {
  append("chips.toml",
         "\n[[chip]]\nname = \"X1\"\nvendor = \"v\"\navailable = \"a\"\n[chip.sparse_rate]\n"
         "fp8 = { value = \"3958 TFLOP/s\", source = \"S\" }\n");
  EXPECT_NE(problems().find("chip `X1` has a `sparse_rate`\n  rules and models count dense"),
            std::string::npos);
}

// The reader must accept the example entry of the documentation.
TEST_F(EditedCatalogue, TakesTheExampleOfTheDocumentation) {
  std::ifstream doc(TRANCHE_SOURCE_DIR "/docs/formats/catalogue.md");
  const std::string text((std::istreambuf_iterator<char>(doc)), {});
  const std::size_t begin = text.find("```toml\n");
  const std::size_t end = text.find("```", begin + 3);
  ASSERT_NE(end, std::string::npos);
  append("chips.toml", "\n" + text.substr(begin + 8, end - begin - 8));
  EXPECT_EQ(problems(), "none");
}

TEST_F(EditedCatalogue, ReportsInvalidToml) {
  write("models.toml", "[[model]\nname = 3\n");
  const std::string text = problems();
  EXPECT_NE(text.find("models.toml:1:"), std::string::npos) << text;
  EXPECT_NE(text.find("not valid TOML"), std::string::npos) << text;
}

TEST_F(EditedCatalogue, ReportsAMissingFile) {
  fs::remove(folder_ / "catalogue" / "workloads.toml");
  EXPECT_EQ(problems(), "workloads.toml:0:0: cannot read the file: no such file\n");
  fs::create_directory(folder_ / "catalogue" / "workloads.toml");
  EXPECT_EQ(problems(), "workloads.toml:0:0: cannot read the file: it is a directory\n");
}

TEST_F(EditedCatalogue, ReportsAPipeAmongTheRulesInsteadOfWaitingForIt) {
  const fs::path pipe = folder_ / "catalogue" / "rules" / "pipe.toml";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const std::string text = problems();
  EXPECT_NE(text.find("pipe.toml:0:0: cannot read the file: it is not a regular file"),
            std::string::npos)
      << text;
}

TEST_F(EditedCatalogue, TakesAnEmptyFileAsNoEntries) {
  write("workloads.toml", "");
  EXPECT_EQ(problems(), "none");
}

TEST_F(EditedCatalogue, RefusesAShapeThatCannotBe) {
  append("models.toml",
         "\n[[model]]\nname = \"m\"\nlayers = 2\nhidden = 8\nheads = 2\nkv_heads = 4\n"
         "head_dim = 4\nvocab = 10\nffn_hidden = 8\nexperts = 2\nsource = \"s\"\n");
  const std::string text = problems();
  EXPECT_NE(text.find("model `m` has more `kv_heads` than `heads`"), std::string::npos) << text;
  EXPECT_NE(text.find("model `m` has `experts` without `experts_active`"), std::string::npos)
      << text;
}

TEST_F(EditedCatalogue, RefusesAnUnreadableTest) {
  write("rules/2022-10.toml",
        "name = \"2022-10\"\ntitle = \"t\"\neffective = \"e\"\nscope = \"s\"\n[[provision]]\n"
        "name = \"p\"\nany_of = [[\"ttp >= 4800 TPP\"], [\"tpp = 1 TPP\"], [\"tpp >= 5 W\"]]\n"
        "consequence = \"controlled\"\nsource = \"s\"\ncertainty = \"sure\"\n");
  const std::string text = problems();
  EXPECT_NE(text.find("unknown figure `ttp` in a test\n  did you mean `tpp`?"), std::string::npos)
      << text;
  EXPECT_NE(text.find("unknown comparison `=` in a test"), std::string::npos) << text;
  EXPECT_NE(text.find("wrong unit `W` (a power, not a total processing performance) in a test"),
            std::string::npos)
      << text;
}

TEST_F(EditedCatalogue, RuleCannotContinueALaterOne) {
  write("rules/2022-10.toml",
        "name = \"2022-10\"\ntitle = \"t\"\neffective = \"e\"\nscope = \"s\"\n"
        "continues = \"2023-10\"\n");
  EXPECT_NE(problems().find("rule `2022-10` continues `2023-10`, which is no earlier rule"),
            std::string::npos);
}

TEST(DataFolder, NamedByTheUserMustHoldACatalogue) {
  ::setenv("TRANCHE_DATA", "/nowhere", 1);
  try {
    data_folder();
    ADD_FAILURE() << "should have thrown";
  } catch (const InputError& error) {
    EXPECT_EQ(error.diagnostics().front().problem, "cannot find the catalogue");
    EXPECT_EQ(error.diagnostics().front().help.front(), "tried `/nowhere`");
  }
  ::setenv("TRANCHE_DATA", TRANCHE_SOURCE_DIR "/scenarios", 1);
  EXPECT_EQ(data_folder(), TRANCHE_SOURCE_DIR "/scenarios");
  ::unsetenv("TRANCHE_DATA");
}

// A key of an architecture needs those that say its size: nothing is counted as if it were dense.
TEST_F(EditedCatalogue, RefusesAnArchitectureWithoutTheKeysItNeeds) {
  const std::string model =
      "\n[[model]]\nname = \"half-told\"\nlayers = 4\nhidden = 64\nheads = 4\nkv_heads = 4\n"
      "head_dim = 16\nvocab = 100\nffn_hidden = 128\nsource = \"made up\"\n";
  append("models.toml", model + "sparse_top_k = 64\n");
  EXPECT_NE(problems().find("has `sparse_top_k` without `index_heads`"), std::string::npos);
  append("models.toml", model + "ssm_layers = 2\n");
  EXPECT_NE(problems().find("has `ssm_layers` without `ssm_state`"), std::string::npos);
}

}  // namespace
}  // namespace tranche
