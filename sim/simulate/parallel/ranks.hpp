// SPDX-License-Identifier: Apache-2.0

// The processes that share one piece of work: one alone, or the ranks that `mpirun` or
// `srun` started. Nothing else knows about MPI.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/engine/tally/tally.hpp"

namespace tranche {

// Another rank could not begin, or read something else; the text says which and why.
struct RankFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Several ranks were started, and they cannot work together here; the text says why.
struct RanksUnavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Every rank has to make the same calls in the same order, `abort` apart. A rank that dies
// ends all others: MPI sees to that.
class Ranks {
 public:
  Ranks() = default;
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;
  virtual ~Ranks() = default;

  virtual int rank() const { return 0; }  // 0: the one that prints and writes
  virtual int count() const { return 1; }
  virtual int local_rank() const { return 0; }  // among those of this machine
  virtual int local_count() const { return 1; }
  // What `text` is on each rank, in their order.
  virtual std::vector<std::string> gather(const std::string& text) const { return {text}; }
  // Whether it holds on any rank.
  virtual bool any(bool holds) const { return holds; }
  // The value that rank 0 has.
  virtual std::uint64_t from_first(std::uint64_t value) const { return value; }
  // Adds the counters of all ranks up on rank 0; elsewhere the tally is left as it is.
  virtual void sum_on_first(kernels::Tally&) const {}
  // Rank r has filled column[begins[r]] to column[begins[r + 1]], before it; gives every rank
  // the whole of it. At most 2^31 - 1 values.
  virtual void complete(std::vector<float>&, const std::vector<std::uint64_t>& begins) const {
    (void)begins;
  }
  // Ends every rank with this exit status. Does not return where there are several.
  virtual void abort(int) const {}

  bool is_first() const { return rank() == 0; }
  // What `state` is on each rank. Made by every rank, before the first draw or when it failed
  // before. A rank that fails later must abort, or tell the others where they agree again.
  std::vector<std::string> agree(const std::string& state);
  bool has_agreed() const { return has_agreed_; }
  // What a rank that failed agrees with: why, and the exit status that it would end with.
  std::string failure_state(const std::string& why, int status) const;
  // Set once a rank has agreed with a failure, so that all know of it: the exit status of all.
  // It is that of the first rank where that one failed, else 1.
  std::optional<int> common_status() const { return common_status_; }

 private:
  bool has_agreed_ = false;
  std::optional<int> common_status_;
};

// "cannot begin: …" or "cannot go on: …" where the state is that of a rank that failed.
std::optional<std::string> failure_in(const std::string& state);

// Processors for each rank where nobody says how many threads: those it is bound to, else
// its part of the machine's.
int threads_of_rank(const Ranks& ranks);

// This process alone.
std::unique_ptr<Ranks> alone();

// How many ranks were started together with this one, and which this is, as the launcher
// says in the environment; 1 and 0 where there is none. Needs no MPI.
int launched_ranks();
int launched_rank();

// The ranks that were started; this process alone where there are no others, and then MPI
// is not touched. Throws RanksUnavailable in a build without MPI.
std::unique_ptr<Ranks> make_ranks();

// "Open MPI 4.1.4", or empty in a build without MPI.
std::string mpi_description();

}  // namespace tranche
