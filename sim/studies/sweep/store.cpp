// SPDX-License-Identifier: Apache-2.0
#include "sim/studies/sweep/store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

#include "sim/base/atomic_file.hpp"
#include "sim/input/sha256.hpp"

namespace tranche {
namespace fs = std::filesystem;
namespace {

constexpr const char* store_format = "tranche sweep ";
constexpr int format_version = 2;

std::string checksum(const std::string& rows) { return sha256_hex(rows).substr(0, 16); }

FileDescriptor open_locked(const fs::path& path) {
  std::error_code failed;
  fs::create_directories(path.parent_path(), failed);
  if (failed)
    throw OutputError(
        fmt::format("cannot make `{}`: {}", path.parent_path().string(), failed.message()));
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!file.is_open())
    throw OutputError(fmt::format("cannot open `{}`: {}", path.string(), std::strerror(errno)));
  if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0)
    throw OutputError(fmt::format("another sweep writes `{}` now", path.string()));
  return file;
}

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

SweepStore::SweepStore(const fs::path& folder, const std::string& key, Resume resume)
    : path_(folder / "sweep.partial"), file_(open_locked(path_)) {
  const std::string header = fmt::format("{}{} {}\n", store_format, format_version, key);
  const std::string text = resume == Resume::yes ? text_of(path_) : "";
  if (!text.empty()) read(text, header);
  // The file is rewritten without truncated points.
  if (::ftruncate(file_.number(), 0) != 0 || ::lseek(file_.number(), 0, SEEK_SET) != 0)
    throw OutputError(fmt::format("cannot write `{}`: {}", path_.string(), std::strerror(errno)));
  write(header);
  const std::map<std::uint64_t, std::string> kept = points_;
  for (const auto& [number, rows] : kept) add(number, rows);
}

void SweepStore::read(const std::string& text, const std::string& header) {
  const auto refuse = [&](const std::string& why) {
    throw OutputError(
        fmt::format("cannot go on from `{}`: {}; without --resume the sweep starts "
                    "anew",
                    path_.string(), why));
  };
  if (!text.starts_with(store_format)) refuse("it is no list of finished points");
  if (!text.starts_with(header)) {
    if (text.find('\n') == std::string::npos) return;  // truncated before the first point
    refuse("it belongs to another scenario, seed, number of draws or version of tranche");
  }
  std::size_t at = header.size();
  std::size_t line = 2;
  const auto damaged = [&] { refuse(fmt::format("it is damaged at line {}", line)); };
  while (at < text.size()) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string::npos) return;  // truncated
    std::istringstream words(text.substr(at, end - at));
    std::string word, sum;
    std::uint64_t number = 0;
    std::size_t rows = 0;
    if (!(words >> word >> number >> rows >> sum) || word != "point" || sum.size() != 16) damaged();
    std::size_t stop = end + 1;
    for (std::size_t k = 0; k < rows; ++k) {
      const std::size_t next = text.find('\n', stop);
      if (next == std::string::npos) return;  // truncated
      stop = next + 1;
    }
    std::string body = text.substr(end + 1, stop - end - 1);
    if (checksum(body) != sum || !points_.emplace(number, std::move(body)).second) damaged();
    at = stop;
    line += rows + 1;
  }
}

void SweepStore::write(const std::string& text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t written = ::write(file_.number(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0)
      throw OutputError(fmt::format("cannot write `{}`: {}", path_.string(), std::strerror(errno)));
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

void SweepStore::add(std::uint64_t number, const std::string& rows) {
  const auto count = std::count(rows.begin(), rows.end(), '\n');
  if (file_.is_open())
    write(fmt::format("point {} {} {}\n{}", number, count, checksum(rows), rows));
  points_.insert_or_assign(number, rows);
}

void SweepStore::remove() {
  if (file_.is_open()) ::unlink(path_.c_str());
}

}  // namespace tranche
