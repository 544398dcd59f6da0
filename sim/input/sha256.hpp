// SPDX-License-Identifier: Apache-2.0

// SHA-256 (FIPS 180-4): names input files and results so that they can be compared.
#pragma once

#include <nettle/sha2.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tranche {

using Sha256Digest = std::array<std::uint8_t, SHA256_DIGEST_SIZE>;

// Hashes a stream of bytes given piece by piece; the pieces' borders do not matter.
class Sha256 {
 public:
  Sha256();
  void update(std::string_view bytes);
  void update(std::span<const std::byte> bytes);
  // The text and a line break, so that "ab", "c" and "a", "bc" differ.
  void update_line(std::string_view text) {
    update(text);
    update(std::string_view("\n"));
  }
  // The digest of everything since construction or the last call; starts afresh.
  Sha256Digest finish();

 private:
  sha256_ctx state_;
};

// 64 lower-case hexadecimal digits.
std::string hex(const Sha256Digest& digest);

// hex of the digest of one text.
std::string sha256_hex(std::string_view bytes);

}  // namespace tranche
