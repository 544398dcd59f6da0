// SPDX-License-Identifier: Apache-2.0

// Passes every file of a folder to a fuzz target once, as libFuzzer's main does; for builds without
// libFuzzer. In addition to each file, passes truncated and bit-flipped copies by a fixed rule.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void give(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) return 2;
  int inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(words[1])) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    give(bytes);
    constexpr std::size_t cuts = 16;
    for (std::size_t i = 0; i < cuts; ++i) {
      std::string spoilt = bytes.substr(0, bytes.size() * i / cuts);
      give(spoilt);
      if (bytes.empty()) continue;
      spoilt = bytes;
      spoilt[spoilt.size() * i / cuts] ^= static_cast<char>(1 << i % 8);
      give(spoilt);
      inputs += 2;
    }
  }
  std::printf("%d inputs\n", inputs);
  return inputs > 0 ? 0 : 1;
}
