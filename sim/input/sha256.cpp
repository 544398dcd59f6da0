// SPDX-License-Identifier: Apache-2.0
#include "sim/input/sha256.hpp"

namespace tranche {

Sha256::Sha256() { sha256_init(&state_); }

void Sha256::update(std::string_view bytes) { update(std::as_bytes(std::span(bytes))); }

void Sha256::update(std::span<const std::byte> bytes) {
  sha256_update(&state_, bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()));
}

Sha256Digest Sha256::finish() {
  Sha256Digest digest{};
  sha256_digest(&state_, digest.size(), digest.data());
  return digest;
}

std::string hex(const Sha256Digest& digest) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * digest.size());
  for (const std::uint8_t byte : digest) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hex(hash.finish());
}

}  // namespace tranche
