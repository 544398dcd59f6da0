// SPDX-License-Identifier: Apache-2.0
#include "sim/catalogue/names_in_use.hpp"

#include <gtest/gtest.h>

#include "tests/support/shipped.hpp"

namespace tranche {
namespace {

using tests::catalogue;

std::string model_of(const char* name) {
  const NamedModel named = named_model(catalogue().models, name);
  return named.model == nullptr ? "" : named.model->name;
}

std::string format_of(const char* name) { return named_model(catalogue().models, name).precision; }

std::string chip_of(const char* name) {
  const ChipEntry* const chip = catalogue().find_chip(name);
  return chip == nullptr ? "" : chip->name;
}

// Names of repositories on huggingface.co, September 2025.
TEST(NamesInUse, ModelsOfHubsAreFound) {
  EXPECT_EQ(model_of("openai/gpt-oss-120b"), "gpt-oss-120b");
  EXPECT_EQ(model_of("meta-llama/Llama-3.1-405B"), "llama-3.1-405b");
  EXPECT_EQ(model_of("meta-llama/Llama-3.1-70B-Instruct"), "llama-3.1-70b");
  EXPECT_EQ(model_of("meta-llama/Meta-Llama-3.1-8B-Instruct"), "llama-3.1-8b");
  EXPECT_EQ(model_of("meta-llama/Llama-2-70b-chat-hf"), "llama-2-70b");
  EXPECT_EQ(model_of("Kimi-K2-Instruct"), "kimi-k2");
  EXPECT_EQ(model_of("moonshotai/Kimi-K2-Instruct-0905"), "kimi-k2");
  EXPECT_EQ(model_of("deepseek-ai/DeepSeek-V3-0324"), "deepseek-v3");
  EXPECT_EQ(model_of("deepseek_ai/deepseek r1 0528"), "deepseek-r1");
  EXPECT_EQ(model_of("mistralai/Mixtral-8x7B-Instruct-v0.1"), "mixtral-8x7b");
}

TEST(NamesInUse, AFormatInANameIsAFormat) {
  EXPECT_EQ(model_of("Qwen/Qwen3-235B-A22B-FP8"), "qwen3-235b-a22b");
  EXPECT_EQ(format_of("Qwen/Qwen3-235B-A22B-FP8"), "fp8");
  EXPECT_EQ(format_of("Qwen/Qwen3-235B-A22B-Instruct-2507-FP8"), "fp8");
  EXPECT_EQ(format_of("openai/gpt-oss-120b"), "");
  EXPECT_EQ(format_of("nvidia/DeepSeek-R1-0528-NVFP4"), "nvfp4");
  // a caller that takes a model without a format must not lose the format in the name
  EXPECT_EQ(catalogue().find_model("Qwen/Qwen3-235B-A22B-FP8"), nullptr);
  EXPECT_NE(catalogue().find_model("openai/gpt-oss-120b"), nullptr);
}

TEST(NamesInUse, CheckpointsBringTheirFormats) {
  const NamedModel named = named_model(catalogue().models, "meta-llama/Llama-3.1-405B-FP8");
  ASSERT_NE(named.checkpoint, nullptr);
  EXPECT_EQ(named.model->name, "llama-3.1-405b");
  EXPECT_EQ(named.precision, "fp8");
  EXPECT_EQ(named.checkpoint->attention_weights, kernels::Precision::bf16);
  EXPECT_EQ(format_of("Kimi-K2-Thinking"), "int4");
}

TEST(NamesInUse, SizesAndVersionsAreNeverGuessed) {
  for (const char* name : {"DeepSeek-V3.1", "deepseek-ai/DeepSeek-R1-Distill-Llama-70B",
                           "Qwen3-235B", "Llama-3.1", "llama-3.3-70b", "gpt-oss", "kimi-k2.5",
                           "Mixtral-8x7B-v0.2", "", "/", "-", "instruct", "-fp8", "fp8"})
    EXPECT_EQ(model_of(name), "") << name;
  EXPECT_EQ(model_of(std::string(1'000'000, 'a').c_str()), "");
}

// As nvidia-smi and rocm-smi print them.
TEST(NamesInUse, ChipsOfMonitoringToolsAreFound) {
  EXPECT_EQ(chip_of("NVIDIA H100 80GB HBM3"), "H100-SXM");
  EXPECT_EQ(chip_of("NVIDIA H200"), "H200-SXM");
  EXPECT_EQ(chip_of("NVIDIA H200 NVL"), "H200-NVL");
  EXPECT_EQ(chip_of("NVIDIA A100-SXM4-80GB"), "A100-SXM");
  EXPECT_EQ(chip_of("NVIDIA A100-SXM4-40GB"), "A100-SXM-40GB");
  EXPECT_EQ(chip_of("NVIDIA A100 80GB PCIe"), "A100-PCIe");
  EXPECT_EQ(chip_of("NVIDIA H100 PCIe"), "H100-PCIe");
  EXPECT_EQ(chip_of("NVIDIA H100 NVL"), "H100-NVL");
  EXPECT_EQ(chip_of("NVIDIA H20"), "H20");
  EXPECT_EQ(chip_of("NVIDIA B200"), "B200-SXM");
  EXPECT_EQ(chip_of("NVIDIA GB200"), "GB200");
  EXPECT_EQ(chip_of("AMD Instinct MI300X"), "MI300X");
  EXPECT_EQ(chip_of("NVIDIA L40S"), "L40S");
  EXPECT_EQ(chip_of("NVIDIA H100 94GB"), "");
}

TEST(NamesInUse, EveryNameOfTheCatalogueFindsItsOwnEntry) {
  for (const ModelEntry& model : catalogue().models)
    EXPECT_EQ(model_of(model.name.c_str()), model.name);
  for (const ChipEntry& chip : catalogue().chips) EXPECT_EQ(chip_of(chip.name.c_str()), chip.name);
}

}  // namespace
}  // namespace tranche
