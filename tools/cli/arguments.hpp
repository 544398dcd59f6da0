// SPDX-License-Identifier: Apache-2.0

// Values of command-line options. Whatever cannot be read exactly throws UsageError with
// what is accepted.
#pragma once

#include <cstdint>
#include <string>

#include "sim/simulate/run.hpp"
#include "sim/text/text_table.hpp"

namespace tranche::tools {

// A whole number above zero: "1e6", "1_000_000", "1M". May be larger than a run can do.
std::uint64_t draws_argument(const std::string& text);
// A whole number above zero, written as above; `what` it counts is for the message.
std::int64_t whole_argument(const std::string& option, const std::string& text,
                            const std::string& what);
std::uint64_t seed_argument(const std::string& text);
// Seconds, zero or more: "30", "0.5".
double seconds_argument(const std::string& option, const std::string& text);
int threads_argument(const std::string& text);
Device device_argument(const std::string& text);
// The same where one of several GPUs may be chosen: also `gpu:N`, N from 0.
void set_device(RunOptions& options, const std::string& text);
TextFormat format_argument(const std::string& text);

}  // namespace tranche::tools
