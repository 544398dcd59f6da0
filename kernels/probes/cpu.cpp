// SPDX-License-Identifier: Apache-2.0

// The probes on the CPU, with OpenMP threads.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

#include "kernels/probes/bodies.hpp"
#include "kernels/probes/list.hpp"

namespace tranche::kernels {
namespace {

using Index = std::ptrdiff_t;  // OpenMP requires a signed counter

template <class Body>
void for_each_index(std::size_t count, Body body) {
#pragma omp parallel for schedule(static)
  for (Index i = 0; i < static_cast<Index>(count); ++i) body(static_cast<std::size_t>(i));
}

template <class Run>
double timed_seconds(const ProbeSettings& settings, Run run) {
  for (int i = 0; i < settings.warm_ups; ++i) run();
  std::vector<double> seconds;
  for (int i = 0; i < std::max(1, settings.repeats); ++i) {
    const auto start = std::chrono::steady_clock::now();
    run();
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return settings.takes_fastest ? *std::min_element(seconds.begin(), seconds.end())
                                : probe::median(seconds);
}

struct CpuProbes {
  static void streams(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
    const std::size_t n = probe::sizes_for(settings.bytes).stream;
    std::vector<double> a(n), b(n), c(n);
    for_each_index(n, [&](std::size_t i) {
      a[i] = 0.1;
      b[i] = 0.2;
      c[i] = 0.0;
    });
    const auto bytes = [n](int arrays) { return 8.0 * arrays * static_cast<double>(n); };
    const auto add = [&](Probe probe, int arrays, double flop_per_value, double expected,
                         const std::vector<double>& out, auto body) {
      const double s = timed_seconds(settings, [&] { for_each_index(n, body); });
      results.push_back({probe, s, bytes(arrays), flop_per_value * static_cast<double>(n),
                         probe::near(out[n / 2], expected, 1e-12)});
    };
    add(Probe::copy, 2, 0, 0.1, c, [&](std::size_t i) { c[i] = a[i]; });
    add(Probe::scale, 2, 1, 0.04, c, [&](std::size_t i) { c[i] = probe::scalar * a[i]; });
    add(Probe::add, 3, 1, 0.3, c, [&](std::size_t i) { c[i] = a[i] + b[i]; });
    add(Probe::triad, 3, 2, 0.18, c, [&](std::size_t i) { c[i] = a[i] + probe::scalar * b[i]; });
    double sum = 0.0;
    const double s = timed_seconds(settings, [&] {
      sum = 0.0;
#pragma omp parallel for reduction(+ : sum) schedule(static)
      for (Index i = 0; i < static_cast<Index>(n); ++i) {
        sum += a[static_cast<std::size_t>(i)] * b[static_cast<std::size_t>(i)];
      }
    });
    results.push_back({Probe::dot, s, bytes(2), 2.0 * static_cast<double>(n),
                       probe::near(sum, 0.02 * static_cast<double>(n), 1e-9)});
  }

  static void gather(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
    const std::size_t rows = probe::sizes_for(settings.bytes).gather;
    constexpr std::size_t width = probe::row_values;
    std::vector<float> table(rows * width), out(rows * width);
    for_each_index(rows, [&](std::size_t r) {
      std::fill_n(&table[r * width], width, static_cast<float>(r % 1024));
    });
    const double s = timed_seconds(settings, [&] {
      for_each_index(rows, [&](std::size_t r) {
        std::copy_n(&table[probe::scattered(r, rows) * width], width, &out[r * width]);
      });
    });
    const bool correct =
        out[(rows / 3) * width] == static_cast<float>(probe::scattered(rows / 3, rows) % 1024);
    results.push_back({Probe::gather, s, 8.0 * static_cast<double>(rows * width), 0, correct});
  }

  static void sparse(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
    const std::size_t rows = probe::sizes_for(settings.bytes).sparse;
    constexpr std::size_t width = probe::row_nonzeros;
    std::vector<double> values(rows * width), x(rows), y(rows);
    std::vector<std::int32_t> columns(rows * width);
    for_each_index(rows, [&](std::size_t r) {
      x[r] = 2.0;
      for (std::size_t k = 0; k < width; ++k) {
        values[r * width + k] = 0.5;
        columns[r * width + k] = probe::column_of(r, k, rows);
      }
    });
    const double s = timed_seconds(settings, [&] {
      for_each_index(rows, [&](std::size_t r) {
        y[r] = probe::spmv_row(values.data(), columns.data(), x.data(), r);
      });
    });
    const double per_row = static_cast<double>(width);
    results.push_back({Probe::spmv, s, (12.0 * per_row + 16.0) * static_cast<double>(rows),
                       2.0 * per_row * static_cast<double>(rows),
                       probe::near(y[rows / 2], per_row, 1e-12)});
  }

  static void stencil(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
    const std::size_t edge = probe::sizes_for(settings.bytes).grid;
    const std::size_t points = edge * edge * edge;
    std::vector<double> in(points), out(points);
    for_each_index(points, [&](std::size_t i) {
      in[i] = 3.0;
      out[i] = 0.0;
    });
    // by rows, to avoid index divisions and to vectorise; faces are copied
    const std::size_t plane = edge * edge;
    const double s = timed_seconds(settings, [&] {
      for_each_index(plane, [&](std::size_t row) {
        const std::size_t y = row % edge, z = row / edge;
        const double* const from = &in[row * edge];
        double* const to = &out[row * edge];
        const bool face = y == 0 || z == 0 || y == edge - 1 || z == edge - 1;
        if (face) {
          std::copy_n(from, edge, to);
          return;
        }
        to[0] = from[0];
        to[edge - 1] = from[edge - 1];
#pragma omp simd
        for (std::size_t x = 1; x < edge - 1; ++x) {
          to[x] = 0.4 * from[x] + 0.1 * (from[x - 1] + from[x + 1] + *(from + x - edge) +
                                         from[x + edge] + *(from + x - plane) + from[x + plane]);
        }
      });
    });
    results.push_back({Probe::stencil, s, 16.0 * static_cast<double>(points),
                       8.0 * static_cast<double>(points),
                       probe::near(out[points / 2], 3.0, 1e-12)});
  }

  static void gemv(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
    const std::size_t n = probe::sizes_for(settings.bytes).matrix;
    std::vector<float> matrix(n * n), x(n, 2.0f), y(n);
    for_each_index(n, [&](std::size_t r) { std::fill_n(&matrix[r * n], n, 0.5f); });
    const double s = timed_seconds(settings, [&] {
      for_each_index(n, [&](std::size_t r) {
        const float* const row = &matrix[r * n];
        const float* const in = x.data();
        float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
        for (std::size_t k = 0; k < n; ++k) sum += row[k] * in[k];
        y[r] = sum;
      });
    });
    const double size = static_cast<double>(n);
    results.push_back({Probe::gemv, s, 4.0 * size * (size + 2.0), 2.0 * size * size,
                       probe::near(static_cast<double>(y[n / 2]), size, 1e-5)});
  }

  // Equal keys give equal weights, so the result is the common value.
  static void attention(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
    const std::size_t context = probe::sizes_for(settings.bytes).context;
    constexpr std::size_t width = probe::row_values;
    constexpr std::size_t parts = 64;  // independent spans of the context
    std::vector<float> keys(context * width), cache_values(context * width);
    for_each_index(context, [&](std::size_t t) {
      std::fill_n(&keys[t * width], width, 0.01f);
      std::fill_n(&cache_values[t * width], width, 1.5f);
    });
    std::vector<double> sums(parts), weights(parts);
    const double s = timed_seconds(settings, [&] {
      for_each_index(parts, [&](std::size_t p) {
        double sum = 0.0, weight = 0.0;
        for (std::size_t t = p * context / parts; t < (p + 1) * context / parts; ++t) {
          float score = 0.0f, value = 0.0f;
          for (std::size_t k = 0; k < width; ++k) {
            score += keys[t * width + k];
            value += cache_values[t * width + k];
          }
          const double w =
              std::exp(static_cast<double>(score) / std::sqrt(static_cast<double>(width)));
          weight += w;
          sum += w * static_cast<double>(value) / static_cast<double>(width);
        }
        sums[p] = sum;
        weights[p] = weight;
      });
    });
    double sum = 0.0, weight = 0.0;
    for (std::size_t p = 0; p < parts; ++p) {
      sum += sums[p];
      weight += weights[p];
    }
    const double values = static_cast<double>(context * width);
    results.push_back(
        {Probe::kv_attention, s, 8.0 * values, 4.0 * values, probe::near(sum / weight, 1.5, 1e-5)});
  }

  static void gemm(const ProbeSettings& settings, std::vector<ProbeResult>& results) {
    const std::size_t largest =
        std::min<std::size_t>(probe::sizes_for(settings.bytes).product, 1024);
    std::vector<float> a(largest * largest), b(largest * largest), c(largest * largest);
    for (std::size_t i = 0; i < a.size(); ++i) {
      a[i] = probe::product_value(i, 0);
      b[i] = probe::product_value(i, 1);
    }
    for (const std::size_t n : probe::product_edges) {
      if (n > largest) break;
      const double s = timed_seconds(settings, [&] {
        for_each_index(n, [&](std::size_t i) {
          std::fill_n(&c[i * n], n, 0.0f);
          for (std::size_t k = 0; k < n; ++k) {
            const float factor = a[i * n + k];
            for (std::size_t j = 0; j < n; ++j) c[i * n + j] += factor * b[k * n + j];
          }
        });
      });
      const bool correct =
          probe::product_is_right(n, false, 24, [&](std::size_t row, std::size_t column) {
            return static_cast<double>(c[row * n + column]);
          });
      const double size = static_cast<double>(n);
      results.push_back(
          {Probe::gemm, s, 12.0 * size * size, 2.0 * size * size * size, correct, "fp32", n});
    }
  }
};

}  // namespace

const char* probe_name(Probe probe) {
  constexpr const char* names[probe_count] = {"copy", "scale",        "add",  "triad",
                                              "dot",  "gather",       "spmv", "stencil",
                                              "gemv", "kv_attention", "gemm"};
  return names[static_cast<int>(probe)];
}

std::vector<ProbeResult> run_probes_cpu(const ProbeSettings& settings) {
  return run_every_probe<CpuProbes>(settings);
}

}  // namespace tranche::kernels
