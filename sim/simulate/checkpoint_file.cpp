// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate/checkpoint_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/input/diagnostic.hpp"

namespace tranche {
namespace {

constexpr std::string_view magic = "trnchkpt";
constexpr std::uint32_t format = 2;
constexpr std::size_t digest_bytes = std::tuple_size_v<Sha256Digest>;

std::string_view text_of(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Sha256Digest digest_of_bytes(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

class Writer {
 public:
  void fixed(std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out_.push_back(static_cast<char>(value >> (8 * i) & 0xFFu));
  }
  // LEB128: seven bits per byte, low bits first; a set top bit means that more bytes follow.
  void number(std::uint64_t value) {
    for (; value >= 0x80u; value >>= 7) out_.push_back(static_cast<char>(value | 0x80u));
    out_.push_back(static_cast<char>(value));
  }
  // Zigzag encoding: the sign is in the lowest bit.
  void signed_number(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    number(bits << 1 ^ (value < 0 ? ~std::uint64_t{0} : 0));
  }
  // Number of non-zero counters, then for each the zeros before it and its value.
  template <class T>
  void sparse(std::span<const T> values) {
    number(values.size());
    number(values.size() -
           static_cast<std::size_t>(std::count(values.begin(), values.end(), T{0})));
    std::uint64_t zeros = 0;
    for (const T value : values) {
      if (value == 0) {
        ++zeros;
        continue;
      }
      number(zeros);
      number(value);
      zeros = 0;
    }
  }
  void text(std::string_view bytes) { out_.append(bytes); }
  std::string& out() { return out_; }

 private:
  std::string out_;
};

// Problem of a checkpoint whose file name is not known yet.
struct Refused {
  std::string problem;
  std::vector<std::string> help = {};
};

[[noreturn]] void damaged(const std::string& why) {
  throw Refused{"the checkpoint is damaged: " + why, {"start again without `--resume`"}};
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::string_view text(std::size_t bytes) {
    if (bytes > rest_.size()) damaged("it ends too early");
    const std::string_view out = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return out;
  }
  std::uint64_t fixed(int bytes) {
    std::uint64_t value = 0;
    int shift = 0;
    for (const char byte : text(static_cast<std::size_t>(bytes))) {
      value |= std::uint64_t{static_cast<unsigned char>(byte)} << shift;
      shift += 8;
    }
    return value;
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(text(1).front());
      const std::uint64_t part = byte & 0x7Fu;
      if (shift == 63 && part > 1) break;
      value |= part << shift;
      if (byte < 0x80u) return value;
    }
    damaged("a number does not fit into 64 bits");
  }
  std::int64_t signed_number() {
    const std::uint64_t bits = number();
    return static_cast<std::int64_t>(bits >> 1 ^ ((bits & 1u) != 0 ? ~std::uint64_t{0} : 0));
  }
  template <class T>
  void sparse(std::span<T> values, const char* what) {
    if (number() != values.size())
      damaged(fmt::format("it does not hold {} {}", values.size(), what));
    std::uint64_t filled = number(), at = 0;
    for (; filled > 0; --filled) {
      const std::uint64_t zeros = number(), value = number();
      if (zeros >= values.size() - at) damaged(fmt::format("more {} than the run has", what));
      if (value > std::numeric_limits<T>::max()) damaged("a counter is too large");
      at += zeros;
      values[at++] = static_cast<T>(value);
    }
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// Every draw is counted once in every cell, except in cells without bins, in which nothing is
// counted: differences of a source.
void check_counts(const kernels::Tally& tally) {
  for (const kernels::Cell& cell : tally.cells) {
    std::uint64_t draws = 0;
    for (const std::uint32_t counter : kernels::counters_of(tally, cell)) draws += counter;
    const bool may_be_empty = cell.positive_bins == 0 && cell.negative_bins == 0;
    if (draws != tally.draws && !(may_be_empty && draws == 0))
      damaged("its counters do not add up to its draws");
  }
}

void check_key(Reader& reader, const CheckpointKey& key, kernels::Tally& tally) {
  const std::uint64_t found_format = reader.fixed(4);
  if (found_format != format)
    throw Refused{fmt::format("the checkpoint has format {}", found_format),
                  {fmt::format("this version of tranche reads format {}", format)}};
  const std::string_view identity = reader.text(digest_bytes);
  const std::uint64_t seed = reader.fixed(8);
  tally.draws = reader.fixed(8);
  const std::string until(reader.text(reader.fixed(4)));
  if (seed != key.seed)
    throw Refused{
        fmt::format("the checkpoint was made with seed {}, this run has {}", seed, key.seed)};
  if (identity != text_of(key.identity))
    throw Refused{"the checkpoint is of another scenario, catalogue or version of tranche",
                  {"go on with what it was started with, `--set` included; only `--draws` may "
                   "differ"}};
  // Without a rule every draw up to --draws counts, whichever rule the first part had.
  if (!key.until.empty() && until != key.until)
    throw Refused{until.empty()
                      ? "the checkpoint was made without `--until`"
                      : fmt::format("the checkpoint was made with `--until \"{}\"`", until)};
  if (tally.draws > key.draws)
    throw Refused{fmt::format("the checkpoint holds {} draws, more than the {} of this run",
                              tally.draws, key.draws),
                  {fmt::format("ask for `--draws {}` or more", tally.draws)}};
}

void read(std::string_view bytes, const CheckpointKey& key, kernels::Tally& tally) {
  if (!bytes.starts_with(magic)) throw Refused{"this is not a checkpoint of tranche"};
  if (bytes.size() < magic.size() + digest_bytes) damaged("it ends too early");
  const std::string_view content = bytes.substr(0, bytes.size() - digest_bytes);
  if (bytes.substr(content.size()) != text_of(digest_of_bytes(content)))
    damaged("its SHA-256 does not match");
  Reader reader(content.substr(magic.size()));
  tally.set_to_zero();
  check_key(reader, key, tally);
  reader.sparse<std::uint32_t>(tally.counts, "counters");
  reader.sparse<std::uint64_t>(tally.bindings, "binding counters");
  for (kernels::CellSums& sums : tally.sums) {
    sums.units = reader.signed_number();
    sums.low_squares = reader.number();
    sums.high_squares = reader.number();
  }
  if (!reader.at_end()) damaged("it goes on after its end");
  check_counts(tally);
}

}  // namespace

std::string checkpoint_bytes(const CheckpointKey& key, const kernels::Tally& tally) {
  Writer writer;
  writer.text(magic);
  writer.fixed(format, 4);
  writer.text(text_of(key.identity));
  writer.fixed(key.seed, 8);
  writer.fixed(tally.draws, 8);
  writer.fixed(key.until.size(), 4);
  writer.text(key.until);
  writer.sparse<std::uint32_t>(tally.counts);
  writer.sparse<std::uint64_t>(tally.bindings);
  for (const kernels::CellSums& sums : tally.sums) {
    writer.signed_number(sums.units);
    const kernels::CellSums whole = kernels::whole_squares(sums);
    writer.number(whole.low_squares);
    writer.number(whole.high_squares);
  }
  writer.text(text_of(digest_of_bytes(writer.out())));
  return std::move(writer.out());
}

void read_checkpoint(std::string_view bytes, const std::string& file, const CheckpointKey& key,
                     kernels::Tally& tally) {
  try {
    read(bytes, key, tally);
  } catch (const Refused& refused) {
    throw InputError(
        {Diagnostic{.where = {.file = file}, .problem = refused.problem, .help = refused.help}});
  }
}

}  // namespace tranche
