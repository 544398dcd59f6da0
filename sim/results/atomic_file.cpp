#include "sim/results/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "sim/results/file_descriptor.hpp"

namespace tranche {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void fail(std::string_view what, const fs::path& path, int error) {
  throw OutputError(fmt::format("cannot {} `{}`: {}", what, path.string(), std::strerror(error)));
}

// Makes the missing folders of the path; returns those made, outermost first.
std::vector<fs::path> make_folders(const fs::path& folder) {
  std::vector<fs::path> made;
  fs::path path;
  for (const fs::path& part : folder) {
    path /= part;
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0) {
      if (!S_ISDIR(status.st_mode)) fail("make the folder", path, ENOTDIR);
      continue;
    }
    if (::mkdir(path.c_str(), 0777) == 0)
      made.push_back(path);
    else if (errno != EEXIST)
      fail("make the folder", path, errno);
  }
  return made;
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
  // EINVAL: a file system that cannot sync, which is no reason to lose the results.
  if (::fsync(file.number()) != 0 && errno != EINVAL) fail("write", path, errno);
  if (!file.close()) fail("write", path, errno);
}

// Waits until no other run publishes into the folder. A file system without locks is
// used without: then two runs that end in the same moment can mix.
FileDescriptor lock_folder(const fs::path& folder) {
  FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file.is_open()) fail("open the folder", folder, errno);
  while (::flock(file.number(), LOCK_EX) != 0 && errno == EINTR) {
  }
  return file;
}

}  // namespace

FileSet::FileSet(fs::path folder) : folder_(std::move(folder)) {
  if (folder_.empty()) folder_ = ".";
  made_folders_ = make_folders(folder_);
  std::string pattern = (folder_ / ".tranche-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    const int error = errno;
    for (auto made = made_folders_.rbegin(); made != made_folders_.rend(); ++made)
      ::rmdir(made->c_str());
    fail("write into the folder", folder_, error);
  }
  staging_ = pattern;
}

FileSet::~FileSet() {
  std::error_code ignored;  // a destructor does not throw
  fs::remove_all(staging_, ignored);
  if (published_) return;
  // Only those that are still empty go.
  for (auto made = made_folders_.rbegin(); made != made_folders_.rend(); ++made)
    ::rmdir(made->c_str());
}

void FileSet::write(const std::string& name, std::string_view content) {
  write_and_sync(staging_ / name, content);
  names_.push_back(name);
}

void FileSet::publish() {
  const FileDescriptor lock = lock_folder(folder_);
  for (const std::string& name : names_) {
    // Found before anything moves, so that a folder in the way does not split the set.
    struct stat status {};
    const fs::path target = folder_ / name;
    if (::lstat(target.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
      fail("replace", target, EISDIR);
  }
  for (const std::string& name : names_) {
    const fs::path target = folder_ / name;
    if (::rename((staging_ / name).c_str(), target.c_str()) != 0) fail("replace", target, errno);
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
