// SPDX-License-Identifier: Apache-2.0

// Values of command-line options. A value that cannot be parsed exactly throws UsageError with the
// accepted forms.
#pragma once

#include <cstdint>
#include <string>

#include "sim/api/execution.hpp"
#include "sim/api/written.hpp"
#include "sim/text/text_table.hpp"

namespace tranche::tools {

// Returns a positive integer: "1e6", "1_000_000", "1M". May exceed the limit of a run.
std::uint64_t draws_argument(const std::string& text);
// Returns a positive integer, written as above; `what` names the counted objects in messages.
std::int64_t whole_argument(const std::string& option, const std::string& text,
                            const std::string& what);
std::uint64_t seed_argument(const std::string& text);
// Returns seconds, at least zero: "30", "0.5".
double seconds_argument(const std::string& option, const std::string& text);
int threads_argument(const std::string& text);
api::Device device_argument(const std::string& text);
// The same for options that select one of several GPUs: also `gpu:N`, N from 0.
void set_device(api::Execution& execution, const std::string& text);
TextFormat format_argument(const std::string& text);
// The same for results of the library.
api::TextFormat result_format(TextFormat format);

}  // namespace tranche::tools
