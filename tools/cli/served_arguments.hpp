// SPDX-License-Identifier: Apache-2.0

// Options of commands that serve language models: formats, software, lengths, batch, layout.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "sim/api/compare.hpp"

namespace tranche::tools {

// As written; empty: not given.
struct ServedArguments {
  std::string precision, kv_precision, software, input_tokens, output_tokens, batch, time_per_token;
  std::string tensor, pipeline, expert, attention_data;
};

void add_served_options(CLI::App& command, ServedArguments& arguments);

// Throws UsageError for a value that is not a number, or that another one contradicts.
api::ServingOptions serving_options(const ServedArguments& arguments);

}  // namespace tranche::tools
