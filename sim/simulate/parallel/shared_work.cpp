// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/parallel/shared_work.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "sim/input/diagnostic.hpp"
#include "sim/simulate/parallel/interrupted.hpp"

namespace tranche {
namespace {

constexpr const char* was_interrupted = "interrupted";

// State that reports the current exception to the other ranks.
std::string failure_state(const Ranks& ranks) {
  constexpr int could_not_finish = 1, wrong_input = 2;  // exit statuses of the command line
  try {
    throw;
  } catch (const InputError& wrong) {
    return ranks.failure_state(wrong.diagnostics().front().problem, wrong_input);
  } catch (const Interrupted&) {
    return ranks.failure_state(was_interrupted, could_not_finish);
  } catch (const std::exception& failure) {
    return ranks.failure_state(failure.what(), could_not_finish);
  } catch (...) {
    // Methods that are independent of scenarios throw their own type for it.
    return ranks.failure_state(was_interrupted, could_not_finish);
  }
}

}  // namespace

void agree_on(Ranks& ranks, const std::string& state) {
  const std::vector<std::string> states = ranks.agree(state);
  for (std::size_t rank = 0; rank < states.size(); ++rank) {
    if (const auto failure = failure_in(states[rank]))
      throw RankFailed(fmt::format("rank {} {}", rank, *failure));
    if (states[rank] != states.front())
      throw RankFailed(
          fmt::format("rank {} reads another scenario, catalogue or version of "
                      "tranche than rank 0",
                      rank));
  }
}

std::string devices_of(const Ranks& ranks, const std::string& device) {
  const std::vector<std::string> devices = ranks.gather(device);
  std::string text;
  for (auto each = devices.begin(); each != devices.end(); ++each) {
    if (std::find(devices.begin(), each, *each) != each) continue;
    text += fmt::format("{}{} x {}", text.empty() ? "" : "; ",
                        std::count(each, devices.end(), *each), *each);
  }
  return text;
}

std::vector<std::uint64_t> share_begins(std::uint64_t draws, int ranks, std::uint64_t whole) {
  const auto count = static_cast<std::uint64_t>(ranks);
  const std::uint64_t wholes = (draws + whole - 1) / whole;
  const std::uint64_t even = wholes / count, more = wholes % count;
  std::vector<std::uint64_t> begins;
  for (std::uint64_t rank = 0; rank <= count; ++rank)
    begins.push_back(std::min(draws, whole * (rank * even + std::min(rank, more))));
  return begins;
}

std::uint64_t SharedWork::workers(int threads) const {
  const auto own = static_cast<std::uint64_t>(std::max(threads, 1));
  return is_shared() ? ranks_->from_first(own) * static_cast<std::uint64_t>(count()) : own;
}

kernels::DrawRange SharedWork::own_draws(std::uint64_t draws, std::uint64_t whole) const {
  if (!is_shared()) return {0, draws};
  const std::vector<std::uint64_t> begins = share_begins(draws, count(), whole);
  const auto rank = static_cast<std::size_t>(ranks_->rank());
  return {begins[rank], begins[rank + 1] - begins[rank]};
}

void SharedWork::together(const std::function<void()>& part) const {
  if (!is_shared()) return part();
  std::exception_ptr own;
  std::string state;
  try {
    part();
  } catch (...) {
    own = std::current_exception();
    state = failure_state(*ranks_);
  }
  const std::vector<std::string> states = ranks_->agree(state);
  if (own != nullptr) std::rethrow_exception(own);
  for (std::size_t rank = 0; rank < states.size(); ++rank) {
    const std::optional<std::string> failure = failure_in(states[rank]);
    if (!failure) continue;
    if (failure->ends_with(was_interrupted)) throw Interrupted(was_interrupted);
    throw RankFailed(fmt::format("rank {} {}", rank, *failure));
  }
}

void SharedWork::complete(std::vector<float>& column, std::uint64_t whole) const {
  if (is_shared()) ranks_->complete(column, share_begins(column.size(), count(), whole));
}

std::vector<std::string> SharedWork::gather(const std::string& text) const {
  return is_shared() ? ranks_->gather(text) : std::vector<std::string>{text};
}

std::vector<std::vector<std::string>> SharedWork::gather(
    const std::vector<std::string>& texts) const {
  if (!is_shared()) return {texts};
  std::string own;
  for (const std::string& text : texts) append(own, text.data(), text.size());
  std::vector<std::vector<std::string>> out;
  for (const std::string& all : ranks_->gather(own)) {
    out.emplace_back();
    for (std::size_t at = 0; at < all.size();) out.back().emplace_back(next(all, at));
  }
  return out;
}

std::vector<double> SharedWork::from_first(const std::vector<double>& values) const {
  if (!is_shared()) return values;
  const std::string bytes(reinterpret_cast<const char*>(values.data()),
                          values.size() * sizeof(double));
  const std::string first = gather(is_first() ? bytes : std::string()).front();
  std::vector<double> out(first.size() / sizeof(double));
  if (!out.empty()) std::memcpy(out.data(), first.data(), first.size());
  return out;
}

// Appends the length, then the bytes.
void SharedWork::append(std::string& text, const void* bytes, std::size_t count) {
  text.append(reinterpret_cast<const char*>(&count), sizeof(count));
  text.append(static_cast<const char*>(bytes), count);
}

std::string_view SharedWork::next(const std::string& text, std::size_t& at) {
  std::size_t count = 0;
  std::memcpy(&count, text.data() + at, sizeof(count));
  const std::string_view bytes = std::string_view(text).substr(at + sizeof(count), count);
  at += sizeof(count) + count;
  return bytes;
}

}  // namespace tranche
