// SPDX-License-Identifier: Apache-2.0

// Values that are made when they are needed.
#pragma once

#include <mutex>
#include <optional>

namespace tranche::api {

// A value that is made by the first thread that asks for it; after an exception by the next one.
template <class T>
class MadeOnce {
 public:
  template <class Make>
  const T& get(const Make& make) const {
    const std::lock_guard lock(mutex_);
    if (!value_) value_.emplace(make());
    return *value_;
  }

 private:
  mutable std::mutex mutex_;
  mutable std::optional<T> value_;
};

}  // namespace tranche::api
