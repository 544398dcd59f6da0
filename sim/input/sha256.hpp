// SPDX-License-Identifier: Apache-2.0

// SHA-256 (FIPS 180-4): identifies input files and results for comparison.
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

// Hashes a stream of bytes given in pieces of any size.
class Sha256 {
 public:
  Sha256();
  void update(std::string_view bytes);
  void update(std::span<const std::byte> bytes);
  // Hashes the text and a line break, so that "ab", "c" and "a", "bc" differ.
  void update_line(std::string_view text) {
    update(text);
    update(std::string_view("\n"));
  }
  // Returns the digest of everything since construction or the last call, and resets.
  Sha256Digest finish();

 private:
  sha256_ctx state_;
};

// Returns 64 lower-case hexadecimal digits.
std::string hex(const Sha256Digest& digest);

// Returns hex of the digest of one text.
std::string sha256_hex(std::string_view bytes);

}  // namespace tranche
