// SPDX-License-Identifier: Apache-2.0
#include "sim/catalogue/names_in_use.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <optional>

namespace tranche {
namespace {

// Longer names are not in the catalogue and are not compared.
constexpr std::size_t longest_name = 200;

// Lower case; `_` and blanks as `-`.
std::string plain(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, longest_name)) {
    const bool separates = c == '_' || c == '-' || std::isspace(static_cast<unsigned char>(c)) != 0;
    if (separates && (out.empty() || out.back() == '-')) continue;
    out += separates ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out;
}

std::string_view without_owner(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

template <class Entry>
const Entry* entry_of(const std::vector<Entry>& entries, const std::string& plain_name) {
  if (plain_name.empty()) return nullptr;
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
    return plain(entry.name) == plain_name ||
           std::any_of(entry.aliases.begin(), entry.aliases.end(),
                       [&](const std::string& alias) { return plain(alias) == plain_name; });
  });
  return found == entries.end() ? nullptr : &*found;
}

// Removes an ending, with the `-` before it; false if the name has another one or nothing else.
bool cut_ending(std::string& name, std::string_view ending) {
  if (name.size() <= ending.size() + 1 || !name.ends_with(ending)) return false;
  if (name[name.size() - ending.size() - 1] != '-') return false;
  name.resize(name.size() - ending.size() - 1);
  return true;
}

bool are_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](unsigned char c) { return std::isdigit(c) != 0; });
}

int number_of(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = 10 * value + (c - '0');
  return value;
}

// "0324" (month and day), "2507" (year and month), "20250728", "250728".
bool is_date(std::string_view text) {
  if (!are_digits(text)) return false;
  const auto in = [](int value, int low, int high) { return value >= low && value <= high; };
  if (text.size() == 8) return in(number_of(text.substr(0, 4)), 2020, 2039);
  if (text.size() == 6)
    return in(number_of(text.substr(0, 2)), 20, 39) && in(number_of(text.substr(2, 2)), 1, 12);
  if (text.size() != 4) return false;
  const int first = number_of(text.substr(0, 2)), second = number_of(text.substr(2));
  return (in(first, 1, 12) && in(second, 1, 31)) || (in(first, 20, 39) && in(second, 1, 12));
}

bool cut_date(std::string& name) {
  const std::size_t dash = name.rfind('-');
  if (dash == std::string::npos || dash == 0) return false;
  if (!is_date(std::string_view(name).substr(dash + 1))) return false;
  name.resize(dash);
  return true;
}

// Removes endings that describe further training or packing of weights, not their shape.
bool cut_same_shape(std::string& name) {
  for (const char* ending : {"instruct", "chat", "base", "it", "hf"})
    if (cut_ending(name, ending)) return true;
  return cut_date(name);
}

// Returns the format that an ending states, and removes the ending.
std::string cut_format(std::string& name) {
  struct Ending {
    std::string_view text, format;
  };
  static constexpr Ending endings[] = {
      {"fp8-dynamic", "fp8"}, {"fp8", "fp8"},       {"mxfp8", "mxfp8"},    {"bf16", "bf16"},
      {"fp16", "fp16"},       {"int8", "int8"},     {"gptq-int8", "int8"}, {"gptq-int4", "int4"},
      {"int4", "int4"},       {"awq-int4", "int4"}, {"awq", "int4"},       {"w4a16", "int4"},
      {"nvfp4", "nvfp4"},     {"mxfp4", "mxfp4"},   {"fp4", "fp4"}};
  for (const Ending& ending : endings)
    if (cut_ending(name, ending.text)) {
      for (const char* packing : {"gptq", "awq"}) cut_ending(name, packing);
      return std::string(ending.format);
    }
  return {};
}

// Looks up the name unchanged, then without one harmless ending after the other.
const ModelEntry* same_shape(const std::vector<ModelEntry>& models, std::string name) {
  do {
    if (const ModelEntry* const model = entry_of(models, name)) return model;
    // "Meta-Llama-3.1-8B" and "Llama-3.1-8B" are equal
    if (name.starts_with("meta-llama-"))
      if (const ModelEntry* const model = entry_of(models, name.substr(5))) return model;
  } while (cut_same_shape(name));
  return nullptr;
}

NamedModel by_checkpoint(const std::vector<ModelEntry>& models, std::string_view name) {
  const std::string wanted = plain(without_owner(name));
  for (const ModelEntry& model : models)
    for (const Checkpoint& checkpoint : model.checkpoints)
      if (plain(without_owner(checkpoint.name)) == wanted)
        return {&model, &checkpoint, checkpoint.precision};
  return {};
}

}  // namespace

NamedModel named_model(const std::vector<ModelEntry>& models, std::string_view name) {
  if (name.empty() || name.size() > longest_name) return {};
  std::string rest = plain(name);
  if (const ModelEntry* const model = entry_of(models, rest)) return {model, nullptr, {}};
  rest = plain(without_owner(name));
  if (const ModelEntry* const model = entry_of(models, rest)) return {model, nullptr, {}};
  if (const NamedModel found = by_checkpoint(models, name); found.model != nullptr) return found;
  if (const ModelEntry* const model = same_shape(models, rest)) return {model, nullptr, {}};
  std::string format = cut_format(rest);
  if (format.empty()) return {};
  const ModelEntry* const model = same_shape(models, rest);
  return model == nullptr ? NamedModel{} : NamedModel{model, nullptr, std::move(format)};
}

const ChipEntry* named_chip(const std::vector<ChipEntry>& chips, std::string_view name) {
  if (name.empty() || name.size() > longest_name) return nullptr;
  std::string rest = plain(name);
  if (const ChipEntry* const chip = entry_of(chips, rest)) return chip;
  for (const std::string_view vendor :
       {"nvidia-", "amd-instinct-", "amd-", "instinct-", "google-", "intel-", "aws-", "huawei-"}) {
    if (!rest.starts_with(vendor)) continue;
    if (const ChipEntry* const chip = entry_of(chips, rest.substr(vendor.size()))) return chip;
  }
  return nullptr;
}

std::vector<std::string> names_of_family(std::string_view text,
                                         const std::vector<std::string>& names) {
  constexpr std::size_t telling = 3;  // letters
  const std::string searched = "-" + plain(text) + "-";
  std::vector<std::string> found;
  for (const std::string& name : names) {
    const std::string family = plain(name.substr(0, name.find('-')));
    if (family.size() >= telling && searched.find("-" + family + "-") != std::string::npos)
      found.push_back(name);
  }
  return found;
}

}  // namespace tranche
