// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/draw_loop.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "sim/base/atomic_file.hpp"
#include "sim/input/diagnostic.hpp"
#include "sim/input/input_file.hpp"
#include "sim/simulate/run_identity.hpp"

namespace tranche {
namespace {

constexpr std::uint64_t min_beat_draws = 4096;  // per rank; the pace is set after the first beat

// Draws of the range that this rank simulates; ranks differ by at most one draw.
kernels::DrawRange share_of(kernels::DrawRange range, const Ranks& ranks) {
  const auto rank = static_cast<std::uint64_t>(ranks.rank());
  const auto count = static_cast<std::uint64_t>(ranks.count());
  const std::uint64_t even = range.count / count, more = range.count % count;
  return {range.first + rank * even + std::min(rank, more), even + (rank < more ? 1 : 0)};
}

std::string checkpoint_text(const std::filesystem::path& file) {
  std::string text;
  std::string why = why_no_file(file);
  if (why.empty()) {
    std::ifstream in(file, std::ios::binary);
    if (in) text.assign(std::istreambuf_iterator<char>(in), {});
    if (!in || in.bad()) why = std::strerror(errno);
  }
  if (why.empty()) return text;
  throw InputError({Diagnostic{.where = {.file = file.string()},
                               .problem = "cannot read the checkpoint: " + why}});
}

}  // namespace

DrawLoop::DrawLoop(const kernels::Backend& backend, const RunOptions& options,
                   const UntilCheck* check, RunResult& result)
    : backend_(backend),
      options_(options),
      alone_(alone()),
      ranks_(options.execution.ranks != nullptr ? *options.execution.ranks : *alone_),
      check_(check),
      result_(result) {
  if (options.checkpoint.is_used())
    key_ = {.identity = run_identity(result),
            .seed = result.seed,
            .until = options.until ? options.until->text : std::string{},
            .draws = result.draws};
  if (ranks_.count() > 1) part_.emplace(result.tally.cells, result.tally.bindings.size());
  beat_draws_ = min_beat_draws * static_cast<std::uint64_t>(ranks_.count());
}

std::uint64_t DrawLoop::run() {
  resume();
  if (is_look(done_)) look();
  while (done_ < result_.draws) {
    const std::uint64_t end = piece_end();
    done_ += simulate(end);
    if (done_ == end && is_look(done_)) look();
    const bool stopped = ranks_.any(is_stopped());
    if (stopped || is_due()) save();
    if (stopped) break;
  }
  if (done_ >= result_.draws) {
    save();
    // Backends tell their progress every few batches, not after the last.
    if (options_.execution.progress && ranks_.is_first())
      options_.execution.progress(result_.draws, result_.draws);
  }
  return done_;
}

void DrawLoop::resume() {
  const std::filesystem::path& file = options_.checkpoint.resume;
  if (file.empty()) return;
  std::error_code ignored;
  // The same command starts a run and continues it.
  const bool starts = file == options_.checkpoint.write && !std::filesystem::exists(file, ignored);
  if (ranks_.from_first(starts ? 1 : 0) != 0) return;
  if (ranks_.is_first()) {
    read_checkpoint(checkpoint_text(file), file.string(), key_, result_.tally);
    result_.resumed_draws = result_.tally.draws;
  }
  done_ = ranks_.from_first(result_.tally.draws);
}

bool DrawLoop::is_look(std::uint64_t draws) const {
  return check_ != nullptr && draws > 0 && next_check(draws - 1, result_.draws) == draws;
}

void DrawLoop::look() {
  bool reached = false;
  if (ranks_.is_first()) {
    const std::uint64_t max_draws = result_.draws;
    result_.until = check_->look(result_.tally);
    result_.until->max_draws = max_draws;
    reached = result_.until->reached;
  }
  if (ranks_.from_first(reached ? 1 : 0) != 0) result_.draws = done_;
}

std::uint64_t DrawLoop::piece_end() const {
  return check_ == nullptr ? result_.draws : next_check(done_, result_.draws);
}

std::uint64_t DrawLoop::simulate(std::uint64_t end) {
  if (ranks_.count() > 1) return simulate_share(end);
  const bool pauses = options_.checkpoint.is_used();
  kernels::RunControl control;
  control.stop = pauses ? &pause_ : options_.execution.stop;
  pause_ = is_stopped();
  if (options_.execution.progress || pauses)
    control.progress = [&](std::uint64_t more) {
      if (options_.execution.progress) options_.execution.progress(done_ + more, result_.draws);
      if (pauses && (is_stopped() || is_due())) pause_ = true;
    };
  return backend_.run(result_.lowered.data, {done_, end - done_}, result_.tally, control);
}

// A single rank interrupts a piece when a checkpoint is due or the run has to stop. With several
// ranks this would leave gaps between their shares: they work in beats and stop after a common one.
std::uint64_t DrawLoop::simulate_share(std::uint64_t end) {
  part_->set_to_zero();
  const bool saves = !options_.checkpoint.write.empty();
  std::uint64_t at = done_;
  for (bool leaves = false; at < end && !leaves;) {
    const Clock::time_point start = Clock::now();
    const std::uint64_t beat_end = saves ? std::min(end, at + ranks_.from_first(beat_draws_)) : end;
    const bool is_done = simulate_beat(at, beat_end, saves ? nullptr : options_.execution.stop);
    if (!ranks_.any(!is_done)) at = beat_end;
    leaves = ranks_.any(is_stopped() || (ranks_.is_first() && is_due()));
    set_pace(start);
  }
  if (!saves && at < end) return 0;  // the missing draws would leave a gap
  ranks_.sum_on_first(*part_);
  if (ranks_.is_first()) result_.tally.add(*part_);
  return at - done_;
}

bool DrawLoop::simulate_beat(std::uint64_t begin, std::uint64_t end,
                             const std::atomic<bool>* stop) {
  const kernels::DrawRange beat{begin, end - begin};
  const kernels::DrawRange share = share_of(beat, ranks_);
  kernels::RunControl control;
  control.stop = stop;
  if (options_.execution.progress && ranks_.is_first())
    control.progress = [&](std::uint64_t more) {
      const std::uint64_t of_all = more * static_cast<std::uint64_t>(ranks_.count());
      options_.execution.progress(begin + std::min(of_all, beat.count), result_.draws);
    };
  return backend_.run(result_.lowered.data, share, *part_, control) == share.count;
}

// Each call of the backend allocates counters per thread: a beat is long compared with that, and
// short compared with the grace period of launchers after a signal.
void DrawLoop::set_pace(Clock::time_point start) {
  constexpr double shortest_s = 0.5, longest_s = 5.0, seconds_per_counter = 1.5e-7;
  const double wanted_s =
      std::clamp(static_cast<double>(result_.tally.counts.size()) * seconds_per_counter, shortest_s,
                 std::max(shortest_s, std::min(longest_s, options_.checkpoint.every_s)));
  const double took_s = std::chrono::duration<double>(Clock::now() - start).count();
  const double faster = std::clamp(wanted_s / std::max(took_s, 1e-6), 0.1, 10.0);
  beat_draws_ = std::max(min_beat_draws * static_cast<std::uint64_t>(ranks_.count()),
                         static_cast<std::uint64_t>(static_cast<double>(beat_draws_) * faster));
}

bool DrawLoop::is_stopped() const {
  return options_.execution.stop != nullptr &&
         options_.execution.stop->load(std::memory_order_relaxed);
}

bool DrawLoop::is_due() const {
  return !options_.checkpoint.write.empty() &&
         std::chrono::duration<double>(Clock::now() - saved_).count() >=
             options_.checkpoint.every_s;
}

void DrawLoop::save() {
  if (options_.checkpoint.write.empty() || !ranks_.is_first()) return;
  write_file_atomically(options_.checkpoint.write, checkpoint_bytes(key_, result_.tally));
  saved_ = Clock::now();
}

}  // namespace tranche
