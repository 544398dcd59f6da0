// SPDX-License-Identifier: Apache-2.0

// Processes that share a computation: a single one, or the ranks started by `mpirun` or `srun`.
// Only this module uses MPI.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/engine/tally/tally.hpp"

namespace tranche {

// Another rank failed or read different input; the text names it and gives the reason.
struct RankFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Several ranks were started that cannot work together; the text gives the reason.
struct RanksUnavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Collective operations: every rank makes the same calls in the same order, except for `abort`. MPI
// ends all ranks if one dies.
class Ranks {
 public:
  Ranks() = default;
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;
  virtual ~Ranks() = default;

  virtual int rank() const { return 0; }  // rank 0 prints and writes
  virtual int count() const { return 1; }
  virtual int local_rank() const { return 0; }  // among those on this machine
  virtual int local_count() const { return 1; }
  // Returns `text` of each rank, in rank order.
  virtual std::vector<std::string> gather(const std::string& text) const { return {text}; }
  // True if it holds on any rank.
  virtual bool any(bool holds) const { return holds; }
  // Returns the value of rank 0.
  virtual std::uint64_t from_first(std::uint64_t value) const { return value; }
  // Adds the counters of all ranks on rank 0; the tallies of other ranks are unchanged.
  virtual void sum_on_first(kernels::Tally&) const {}
  // Rank r has filled column[begins[r]] to column[begins[r + 1]] (excluded); gives every rank the
  // whole column. At most 2^31 - 1 values.
  virtual void complete(std::vector<float>&, const std::vector<std::uint64_t>& begins) const {
    (void)begins;
  }
  // Ends every rank with this exit status. Does not return if there are several ranks.
  virtual void abort(int) const {}

  bool is_first() const { return rank() == 0; }
  // Returns `state` of each rank. Called by every rank, before the first draw or on an earlier
  // failure. A rank that fails later must abort, or report the failure at the next agreement.
  std::vector<std::string> agree(const std::string& state);
  bool has_agreed() const { return has_agreed_; }
  // State of a failed rank: reason and exit status.
  std::string failure_state(const std::string& why, int status) const;
  // Set once a rank has reported a failure: the common exit status of all ranks. It is that of the
  // first rank if that one failed, else 1.
  std::optional<int> common_status() const { return common_status_; }

 private:
  bool has_agreed_ = false;
  std::optional<int> common_status_;
};

// Returns "cannot begin: …" or "cannot go on: …" if the state is that of a failed rank.
std::optional<std::string> failure_in(const std::string& state);

// Default number of threads per rank: the processors it is bound to, else its part of the
// machine's.
int threads_of_rank(const Ranks& ranks);

// A single process.
std::unique_ptr<Ranks> alone();

// Number of ranks started together, and this rank, from the launcher's environment; 1 and 0 if
// there is no launcher. Needs no MPI.
int launched_ranks();
int launched_rank();

// Returns the ranks that were started; a single process, without a call to MPI, if there are no
// others. Throws RanksUnavailable in a build without MPI.
std::unique_ptr<Ranks> make_ranks();

// "Open MPI 4.1.4", or empty in a build without MPI.
std::string mpi_description();

}  // namespace tranche
