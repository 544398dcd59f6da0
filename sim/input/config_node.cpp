// SPDX-License-Identifier: Apache-2.0
#include "sim/input/config_node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tranche {
namespace {

bool is_bare_key(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

const Node* Node::find(std::string_view name) const {
  if (!is_table()) return nullptr;
  if (places) {
    const auto noted = places->find(std::string(name));
    if (noted != places->end() && noted->second < children.size() &&
        children[noted->second].key == name) {
      return &children[noted->second];
    }
  }
  const auto at = std::find_if(children.begin(), children.end(),
                               [&](const Node& child) { return child.key == name; });
  return at == children.end() ? nullptr : &*at;
}

Node* Node::find(std::string_view name) {
  return const_cast<Node*>(std::as_const(*this).find(name));
}

const Node* Node::find_path(std::string_view dotted) const {
  const Node* node = this;
  for (const std::string& name : split_path(dotted)) {
    node = node->find(name);
    if (node == nullptr) return nullptr;
  }
  return node;
}

void Node::remove(std::string_view name) {
  std::erase_if(children, [&](const Node& child) { return child.key == name; });
}

void Node::note_places() {
  constexpr std::size_t few = 32;
  if (!is_table() || children.size() <= few) return;
  std::unordered_map<std::string, std::size_t> noted;
  for (std::size_t i = 0; i < children.size(); ++i) noted.emplace(children[i].key, i);
  places = std::make_shared<const std::unordered_map<std::string, std::size_t>>(std::move(noted));
}

Node string_node(std::string text, SourceSpan where) {
  Node node;
  node.kind = Node::Kind::string;
  node.text = std::move(text);
  node.where = std::move(where);
  return node;
}

std::string_view kind_text(const Node& node) {
  switch (node.kind) {
    case Node::Kind::table:
      return "a table";
    case Node::Kind::array:
      return "a list";
    case Node::Kind::string:
      return "a string";
    case Node::Kind::integer:
      return "an integer";
    case Node::Kind::number:
      return "a number";
    case Node::Kind::boolean:
      return "true or false";
    case Node::Kind::date:
      return "a date";
  }
  return "a value";
}

std::string toml_text(const Node& node) {
  switch (node.kind) {
    case Node::Kind::string:
      return quoted(node.text);
    case Node::Kind::boolean:
      return node.boolean ? "true" : "false";
    case Node::Kind::array:
    case Node::Kind::table:
      break;
    default:
      return node.text;
  }
  std::string out = node.is_table() ? "{" : "[";
  std::string_view between = node.is_table() ? " " : "";
  for (const Node& child : node.children) {
    out += between;
    if (node.is_table()) {
      out += (is_bare_key(child.key) ? child.key : quoted(child.key)) + " = ";
    }
    out += toml_text(child);
    between = ", ";
  }
  return out + (node.is_table() ? (node.children.empty() ? "}" : " }") : "]");
}

std::vector<std::string> split_path(std::string_view dotted) {
  std::vector<std::string> pieces;
  std::size_t begin = 0;
  while (true) {
    const std::size_t dot = dotted.find('.', begin);
    pieces.emplace_back(dotted.substr(begin, dot - begin));
    if (dot == std::string_view::npos) return pieces;
    begin = dot + 1;
  }
}

std::string join_path(const std::vector<std::string>& segments) {
  return fmt::format("{}", fmt::join(segments, "."));
}

bool is_none(const Node& node) { return node.is_string() && node.text == "none"; }

}  // namespace tranche
