// SPDX-License-Identifier: Apache-2.0
#include "sim/base/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "sim/base/file_descriptor.hpp"

namespace tranche {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void fail(std::string_view what, const fs::path& path, int error) {
  throw OutputError(fmt::format("cannot {} `{}`: {}", what, path.string(), std::strerror(error)));
}

struct FolderProblem {
  fs::path path;
  int error = 0;  // 0: none
};

// Makes the missing folders of the path and adds them to `made`, outermost first.
FolderProblem make_folders(const fs::path& folder, std::vector<fs::path>& made) {
  fs::path path;
  for (const fs::path& part : folder) {
    path /= part;
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0) {
      if (!S_ISDIR(status.st_mode)) return {path, ENOTDIR};
      continue;
    }
    if (::mkdir(path.c_str(), 0777) == 0)
      made.push_back(path);
    else if (errno != EEXIST)
      return {path, errno};
  }
  return {};
}

// Removes folders that are still empty.
void remove_folders(const std::vector<fs::path>& made) {
  for (auto folder = made.rbegin(); folder != made.rend(); ++folder) ::rmdir(folder->c_str());
}

void write_and_sync(const fs::path& path, std::string_view content) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file.is_open()) fail("create", path, errno);
  while (!content.empty()) {
    const ssize_t written = ::write(file.number(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write", path, errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  // EINVAL: a file system that cannot sync; the results are kept.
  if (::fsync(file.number()) != 0 && errno != EINVAL) fail("write", path, errno);
  if (!file.close()) fail("write", path, errno);
}

// Moves a file to its target; across file systems it is first copied beside the target.
void move_into_place(const fs::path& from, const fs::path& target) {
  if (::rename(from.c_str(), target.c_str()) == 0) return;
  if (errno != EXDEV) fail("replace", target, errno);
  std::ifstream in(from, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(in), {}};
  if (!in.good() && !in.eof()) fail("read", from, EIO);
  const fs::path beside =
      target.parent_path() / fmt::format(".{}.{}.tranche", target.filename().string(), ::getpid());
  try {
    write_and_sync(beside, content);
  } catch (const OutputError&) {
    ::unlink(beside.c_str());
    throw;
  }
  if (::rename(beside.c_str(), target.c_str()) == 0) return;
  const int error = errno;
  ::unlink(beside.c_str());
  fail("replace", target, error);
}

// Waits until no other run publishes into the folder. On a file system without locks, two runs that
// end at the same moment can mix.
FileDescriptor lock_folder(const fs::path& folder) {
  FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file.is_open()) fail("open the folder", folder, errno);
  while (::flock(file.number(), LOCK_EX) != 0 && errno == EINTR) {
  }
  return file;
}

}  // namespace

fs::path replaceable(const fs::path& path) {
  // Linux's limit of links in one path.
  constexpr int max_links = 40;
  fs::path place = path;
  for (int links = 0;; ++links) {
    struct stat status {};
    if (::lstat(place.c_str(), &status) != 0) {
      if (errno != ENOENT) fail("replace", path, errno);
      return place;
    }
    if (S_ISREG(status.st_mode)) return place;
    if (S_ISDIR(status.st_mode)) fail("replace", path, EISDIR);
    if (!S_ISLNK(status.st_mode))
      throw OutputError(fmt::format("cannot replace `{}`: it is no regular file", path.string()));
    if (links == max_links) fail("replace", path, ELOOP);
    std::error_code error;
    const fs::path target = fs::read_symlink(place, error);
    if (error) fail("replace", path, error.value());
    place = target.is_absolute() ? target : place.parent_path() / target;
  }
}

FileSet::FileSet(fs::path folder) : folder_(std::move(folder)) {
  if (folder_.empty()) folder_ = ".";
  // Another run that ends may remove its folder between our check and our use.
  constexpr int max_attempts = 100;
  for (int attempt = 1;; ++attempt) {
    FolderProblem problem = make_folders(folder_, made_folders_);
    std::string pattern = (folder_ / ".tranche-XXXXXX").string();
    if (problem.error == 0 && ::mkdtemp(pattern.data()) != nullptr) {
      staging_ = pattern;
      return;
    }
    if (problem.error == 0) problem = {folder_, errno};
    if (problem.error == ENOENT && attempt < max_attempts) continue;
    remove_folders(made_folders_);
    fail("write into the folder", problem.path, problem.error);
  }
}

FileSet::~FileSet() {
  std::error_code ignored;  // a destructor does not throw
  fs::remove_all(staging_, ignored);
  if (!published_) remove_folders(made_folders_);
}

void FileSet::write(const std::string& name, std::string_view content) {
  const fs::path inner = staging_ / fs::path(name).parent_path();
  if (::mkdir(inner.c_str(), 0777) != 0 && errno != EEXIST) fail("write into", inner, errno);
  write_and_sync(staging_ / name, content);
  names_.push_back(name);
}

fs::path FileSet::find(const std::string& name) const {
  const bool held = std::find(names_.begin(), names_.end(), name) != names_.end();
  return (held ? staging_ : folder_) / name;
}

std::vector<std::string> FileSet::entries() const {
  std::vector<std::string> out;
  for (const std::string& name : names_) {
    const std::string entry = name.substr(0, name.find('/') + 1);
    if (entry.empty())
      out.push_back(name);
    else if (std::find(out.begin(), out.end(), entry) == out.end())
      out.push_back(entry);
  }
  return out;
}

void FileSet::publish() {
  const FileDescriptor lock = lock_folder(folder_);
  std::vector<fs::path> targets;
  for (const std::string& name : names_) {
    // Checked before anything moves, so that an obstacle does not split the set.
    const fs::path target = folder_ / name;
    const FolderProblem problem = make_folders(target.parent_path(), made_folders_);
    if (problem.error != 0) fail("write into the folder", problem.path, problem.error);
    targets.push_back(replaceable(target));
  }
  for (std::size_t i = 0; i < names_.size(); ++i) {
    move_into_place(staging_ / names_[i], targets[i]);
    published_ = true;
  }
  ::fsync(lock.number());
}

void write_file_atomically(const fs::path& path, std::string_view content) {
  if (path.filename().empty()) fail("write", path, EISDIR);
  FileSet files(path.parent_path());
  files.write(path.filename().string(), content);
  files.publish();
}

}  // namespace tranche
