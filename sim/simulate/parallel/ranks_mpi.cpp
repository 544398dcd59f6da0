// SPDX-License-Identifier: Apache-2.0

// The ranks of an MPI job. The only file that includes mpi.h; empty in a build without MPI.
#if TRANCHE_WITH_MPI
#include <mpi.h>

#include <algorithm>
#include <type_traits>

#include "sim/simulate/parallel/ranks.hpp"

namespace tranche {
namespace {

// MPI counts elements in an int.
constexpr std::size_t max_elements = std::size_t{1} << 28;

// MPI errors end the job (MPI_ERRORS_ARE_FATAL is the default), so return values are not checked.
class MpiRanks final : public Ranks {
 public:
  MpiRanks() {
    // OpenMP threads simulate; only this thread calls MPI.
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &count_);
    MPI_Comm machine = MPI_COMM_NULL;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &machine);
    MPI_Comm_rank(machine, &local_rank_);
    MPI_Comm_size(machine, &local_count_);
    MPI_Comm_free(&machine);
  }
  ~MpiRanks() override { MPI_Finalize(); }

  int rank() const override { return rank_; }
  int count() const override { return count_; }
  int local_rank() const override { return local_rank_; }
  int local_count() const override { return local_count_; }

  std::vector<std::string> gather(const std::string& text) const override {
    const auto ranks = static_cast<std::size_t>(count_);
    const std::uint64_t length = text.size();
    std::vector<std::uint64_t> lengths(ranks);
    MPI_Allgather(&length, 1, MPI_UINT64_T, lengths.data(), 1, MPI_UINT64_T, MPI_COMM_WORLD);
    const std::uint64_t longest = *std::max_element(lengths.begin(), lengths.end());
    std::vector<std::string> texts(ranks);
    // The number of elements received at once must fit an int.
    const std::uint64_t most = max_elements / ranks;
    std::vector<int> now(ranks), offsets(ranks, 0);
    std::string all;
    for (std::uint64_t done = 0; done < longest; done += most) {
      for (std::size_t i = 0; i < ranks; ++i)
        now[i] = static_cast<int>(std::min(most, lengths[i] - std::min(lengths[i], done)));
      for (std::size_t i = 1; i < ranks; ++i) offsets[i] = offsets[i - 1] + now[i - 1];
      all.resize(static_cast<std::size_t>(offsets.back() + now.back()));
      MPI_Allgatherv(text.data() + std::min(length, done), now[static_cast<std::size_t>(rank_)],
                     MPI_CHAR, all.data(), now.data(), offsets.data(), MPI_CHAR, MPI_COMM_WORLD);
      for (std::size_t i = 0; i < ranks; ++i)
        texts[i].append(all, static_cast<std::size_t>(offsets[i]),
                        static_cast<std::size_t>(now[i]));
    }
    return texts;
  }

  bool any(bool holds) const override {
    int mine = holds ? 1 : 0, all = 0;
    MPI_Allreduce(&mine, &all, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    return all != 0;
  }

  std::uint64_t from_first(std::uint64_t value) const override {
    MPI_Bcast(&value, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD);
    return value;
  }

  void sum_on_first(kernels::Tally& tally) const override {
    sum(tally.counts.data(), tally.counts.size(), MPI_UINT32_T);
    sum(tally.bindings.data(), tally.bindings.size(), MPI_UINT64_T);
    static_assert(
        std::is_standard_layout_v<kernels::CellSums> &&
            sizeof(kernels::CellSums) == 3 * sizeof(std::int64_t),
        "sums are three 64-bit integers, whose additions wrap alike with or without sign");
    sum(tally.sums.data(), 3 * tally.sums.size(), MPI_UINT64_T);
    sum(&tally.draws, 1, MPI_UINT64_T);
  }

  void complete(std::vector<float>& column,
                const std::vector<std::uint64_t>& begins) const override {
    std::vector<int> lengths, offsets;
    for (std::size_t i = 0; i + 1 < begins.size(); ++i) {
      offsets.push_back(static_cast<int>(begins[i]));
      lengths.push_back(static_cast<int>(begins[i + 1] - begins[i]));
    }
    MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, column.data(), lengths.data(),
                   offsets.data(), MPI_FLOAT, MPI_COMM_WORLD);
  }

  void abort(int status) const override { MPI_Abort(MPI_COMM_WORLD, status); }

 private:
  void sum(void* values, std::size_t count, MPI_Datatype type) const {
    constexpr std::size_t most = max_elements;
    int element_bytes = 0;
    MPI_Type_size(type, &element_bytes);
    auto* bytes = static_cast<char*>(values);
    for (std::size_t done = 0; done < count; done += most) {
      const int now = static_cast<int>(std::min(most, count - done));
      MPI_Reduce(rank_ == 0 ? MPI_IN_PLACE : bytes, bytes, now, type, MPI_SUM, 0, MPI_COMM_WORLD);
      bytes += static_cast<std::size_t>(now) * static_cast<std::size_t>(element_bytes);
    }
  }

  int rank_ = 0, count_ = 1, local_rank_ = 0, local_count_ = 1;
};

}  // namespace

std::unique_ptr<Ranks> make_ranks() {
  if (launched_ranks() == 1) return alone();
  return std::make_unique<MpiRanks>();
}

std::string mpi_description() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  MPI_Get_library_version(text, &length);  // may be called before MPI_Init
  const std::string all(text, static_cast<std::size_t>(length));
  return all.substr(0, all.find_first_of(",\n"));
}

}  // namespace tranche
#endif
