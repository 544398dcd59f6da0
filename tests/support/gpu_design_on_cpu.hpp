// SPDX-License-Identifier: Apache-2.0

// Runs the threads of a GPU design (kernels/engine/gpu/design_worker.hpp) one after another on the
// CPU, in reverse order, as a GPU guarantees none. Tests the kernel bodies, not the launches.
#pragma once

#include <cstdlib>
#include <memory>
#include <new>
#include <stdexcept>

#include "kernels/engine/gpu/design_worker.hpp"

namespace tranche::tests {

// Memory with the alignment of GPU memory and arbitrary initial contents.
template <class T>
class AlignedMemory {
 public:
  explicit AlignedMemory(std::size_t size)
      : size_(size),
        data_(static_cast<T*>(::operator new (size * sizeof(T), std::align_val_t{64}))) {
    std::memset(static_cast<void*>(data_), 0x7A, size * sizeof(T));
  }
  explicit AlignedMemory(const std::vector<T>& values) : AlignedMemory(values.size()) {
    std::copy(values.begin(), values.end(), data_);
  }
  AlignedMemory(const AlignedMemory&) = delete;
  AlignedMemory& operator=(const AlignedMemory&) = delete;
  ~AlignedMemory() { ::operator delete (data_, std::align_val_t{64}); }
  T* data() const { return data_; }
  std::size_t size() const { return size_; }
  void set_to_zero() { std::fill_n(data_, size_, T{}); }

 private:
  std::size_t size_;
  T* data_;
};

class GpuOfCpu {
 public:
  template <class T>
  using Buffer = AlignedMemory<T>;
  template <class T>
  using HostBuffer = AlignedMemory<T>;
  struct MemoryError : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  class Fleet {
   public:
    explicit Fleet(const kernels::FleetData& data) : view_(data.view()) {}
    const kernels::FleetView& view() const { return view_; }

   private:
    kernels::FleetView view_;
  };

  explicit GpuOfCpu(std::size_t free_bytes) : free_bytes_(free_bytes) {}
  std::size_t free_bytes() const { return free_bytes_; }
  void allow_hot_columns(std::size_t bytes) { hot_.resize(bytes / sizeof(float)); }
  void begin() {}
  void wait_for_all() {}
  void end_piece(int) {}
  void wait_for_piece(int) {}

  template <class T>
  void upload(Buffer<T>& to, const HostBuffer<T>& from, std::size_t count) {
    std::copy_n(from.data(), count, to.data());
  }
  template <class T>
  void add(const Buffer<T>& from, std::span<T> to) {
    for (std::size_t i = 0; i < to.size(); ++i) kernels::add_to(to[i], from.data()[i]);
  }
  void fill_constants(const kernels::FleetView& view, const kernels::DrawMemory& memory) {
    each_draw(0, memory.blocks, [&](const kernels::ThreadPlace& place) {
      kernels::fill_block_constants(view, memory, place);
    });
  }
  void sample(const kernels::FleetView& view, const kernels::DesignMemory& memory) {
    each(2 * memory.point_blocks * kernels::FourLanes::of_block, [&](std::int64_t four) {
      kernels::sample_four_given(view, memory, static_cast<unsigned>(four));
    });
  }
  void mix(const kernels::DesignMemory& memory, const kernels::MixedColumn* columns,
           std::int32_t count, std::int32_t first_group) {
    each_draw(memory.point_blocks, (memory.groups + 2) * memory.point_blocks,
              [&](const kernels::ThreadPlace& place) {
                kernels::mix_draw(memory, columns, count, first_group, place.block, place.thread);
              });
  }
  void set_up(const kernels::FleetView& view, const kernels::DrawMemory& memory, std::size_t) {
    each_draw(0, memory.blocks, [&](const kernels::ThreadPlace& place) {
      kernels::set_up(view, kernels::DrawLanes(memory, place));
    });
  }
  void record_steps(const kernels::FleetView& view, const kernels::DrawMemory& memory, std::size_t,
                    const kernels::ChosenRecords& records, kernels::StepRange steps, int) {
    each_draw(0, memory.blocks, [&](const kernels::ThreadPlace& place) {
      kernels::record_chosen_steps(view, memory, place, records, steps);
    });
  }
  void sum_pairs(const kernels::ChosenRecords& records, const kernels::DesignMemory& memory,
                 const kernels::DesignSums& sums, int) {
    each(kernels::pair_threads(records, memory, sums),
         [&](std::int64_t i) { kernels::sum_pairs(records, memory, sums, i); });
    const std::int64_t outputs = std::int64_t{sums.part_count} * records.outputs;
    each(outputs * memory.groups,
         [&](std::int64_t i) { kernels::add_pairs(records, memory, sums, i); });
    if (sums.moments == nullptr) return;
    each(outputs, [&](std::int64_t i) { kernels::sum_moments(records, memory, sums, i); });
  }
  void sum_effects(const kernels::ChosenRecords& records, const kernels::DesignMemory& memory,
                   const kernels::DesignSums& sums, int) {
    const std::int64_t outputs = std::int64_t{sums.part_count} * records.outputs;
    each(outputs * memory.groups,
         [&](std::int64_t i) { kernels::sum_effects(records, memory, sums, i); });
  }

 private:
  template <class Body>
  static void each(std::int64_t threads, const Body& body) {
    for (std::int64_t thread = threads; thread-- > 0;) body(thread);
  }
  template <class Body>
  void each_draw(unsigned first_block, unsigned last_block, const Body& body) {
    constexpr int draws = kernels::gpu_block_draws;
    each(std::int64_t{last_block - first_block} * draws, [&](std::int64_t thread) {
      const auto draw = static_cast<unsigned>(thread);
      body(kernels::ThreadPlace{first_block + draw / draws, draw % draws, hot_.data()});
    });
  }

  std::size_t free_bytes_;
  std::vector<float> hot_;
};

// Several emulated GPUs, which take units in turn.
class DesignOnCpu final : public kernels::DesignRunner {
 public:
  explicit DesignOnCpu(std::size_t free_bytes, std::size_t gpus = 1)
      : free_bytes_(free_bytes), gpus_(gpus) {}
  void sum_pairs(const kernels::DesignModel& model, const kernels::DesignWork& work,
                 const kernels::PairDesign& design) const override {
    run({model, work, &design, nullptr});
  }
  void sum_effects(const kernels::DesignModel& model, const kernels::DesignWork& work,
                   const kernels::EffectDesign& design) const override {
    run({model, work, nullptr, &design});
  }

 private:
  void run(const kernels::DesignTask& task) const {
    for (std::size_t gpu = 0; gpu < gpus_; ++gpu) {
      std::vector<kernels::DesignUnit> own;
      for (std::size_t i = gpu; i < task.work.units.size(); i += gpus_)
        own.push_back(task.work.units[i]);
      std::uint64_t points = 0;
      for (const kernels::DesignUnit& unit : own) points += kernels::room_of(unit.points);
      kernels::DesignQueue queue(own);
      GpuOfCpu device(free_bytes_);
      kernels::DesignWorker worker(device, task, points);
      worker.run(queue, task.work.fill_words, [&](std::uint64_t evaluations) {
        if (task.work.done) task.work.done(evaluations);
      });
      worker.add_to_design();
    }
  }
  std::size_t free_bytes_, gpus_;
};

}  // namespace tranche::tests
