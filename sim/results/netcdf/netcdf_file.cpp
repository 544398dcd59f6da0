// SPDX-License-Identifier: Apache-2.0
#include "sim/results/netcdf/netcdf_file.hpp"

#ifdef TRANCHE_WITH_NETCDF

#include <dlfcn.h>
#include <fmt/format.h>
#include <netcdf.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "sim/base/atomic_file.hpp"

namespace tranche {
namespace {

// HDF5, below netCDF-4, closes open files at process exit; after a failed write this aborts the
// program (HDF5 1.10). All files are closed here, so that is not needed. The symbol is looked up by
// name: users of netCDF do not link HDF5.
void leave_the_end_alone() {
  using Function = int (*)();
  if (void* const found = ::dlsym(RTLD_DEFAULT, "H5dont_atexit"))
    reinterpret_cast<Function>(found)();
}

}  // namespace

NetcdfFile::NetcdfFile(const std::filesystem::path& target)
    : target_(replaceable(target)),
      staging_(target_.parent_path() /
               fmt::format(".{}.{}", target_.filename().string(), ::getpid())) {
  leave_the_end_alone();
  check(nc_create(staging_.c_str(), NC_NETCDF4 | NC_CLOBBER, &file_));
}

NetcdfFile::~NetcdfFile() {
  // Closing the file after a failed write aborts inside the library as well (netCDF 4.9.0), so it
  // stays open until the process ends.
  if (file_ >= 0 && !failed_) nc_abort(file_);
  std::error_code ignored;  // a destructor does not throw
  std::filesystem::remove(staging_, ignored);
}

void NetcdfFile::check(int status) {
  if (status == NC_NOERR) return;
  failed_ = true;
  // The library reports a full disk as "Permission denied" or "HDF error". It buffers, and requests
  // some thousand bytes at a time.
  constexpr std::uintmax_t hardly_anything_bytes = 64 * 1024;
  std::error_code unknown;
  const std::filesystem::space_info disk = std::filesystem::space(
      staging_.parent_path().empty() ? "." : staging_.parent_path(), unknown);
  const bool full = !unknown && disk.available < hardly_anything_bytes;
  throw OutputError(fmt::format("cannot write `{}`: {}", target_.string(),
                                full ? std::strerror(ENOSPC) : nc_strerror(status)));
}

int NetcdfFile::dimension(const std::string& name, std::size_t length) {
  int id = 0;
  check(nc_def_dim(file_, name.c_str(), length, &id));
  return id;
}

int NetcdfFile::texts(const std::string& name, int dimension) {
  int id = 0;
  check(nc_def_var(file_, name.c_str(), NC_STRING, 1, &dimension, &id));
  return id;
}

int NetcdfFile::numbers(const std::string& name, int dimension) {
  int id = 0;
  check(nc_def_var(file_, name.c_str(), NC_INT64, 1, &dimension, &id));
  return id;
}

int NetcdfFile::floats(const std::string& name, const std::vector<int>& dimensions,
                       const std::vector<std::size_t>& chunk) {
  int id = 0;
  check(nc_def_var(file_, name.c_str(), NC_FLOAT, static_cast<int>(dimensions.size()),
                   dimensions.data(), &id));
  check(nc_def_var_chunking(file_, id, NC_CHUNKED, chunk.data()));
  check(nc_def_var_deflate(file_, id, /*shuffle=*/1, /*deflate=*/1, /*deflate_level=*/1));
  return id;
}

void NetcdfFile::attribute(int variable, const std::string& name, const std::string& text) {
  check(nc_put_att_text(file_, variable, name.c_str(), text.size(), text.data()));
}

void NetcdfFile::file_attribute(const std::string& name, const std::string& text) {
  attribute(NC_GLOBAL, name, text);
}

void NetcdfFile::end_of_names() { check(nc_enddef(file_)); }

void NetcdfFile::write(int variable, const std::vector<std::string>& values) {
  std::vector<const char*> pointers;
  for (const std::string& value : values) pointers.push_back(value.c_str());
  check(nc_put_var_string(file_, variable, pointers.data()));
}

void NetcdfFile::write(int variable, std::size_t start, const std::vector<long long>& values) {
  const std::size_t count = values.size();
  check(nc_put_vara_longlong(file_, variable, &start, &count, values.data()));
}

void NetcdfFile::write(int variable, const std::vector<std::size_t>& start,
                       const std::vector<std::size_t>& count, std::span<const float> values) {
  check(nc_put_vara_float(file_, variable, start.data(), count.data(), values.data()));
}

void NetcdfFile::publish() {
  const int file = file_;
  file_ = -1;  // closed even if closing fails
  check(nc_close(file));
  std::error_code error;
  std::filesystem::rename(staging_, target_, error);
  if (error)
    throw OutputError(fmt::format("cannot replace `{}`: {}", target_.string(), error.message()));
}

}  // namespace tranche

#endif
