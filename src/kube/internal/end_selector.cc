#include "kube/internal/end_selector.h"

#include <utility>

namespace bulkhead::kube {

using model::EndSelector;
using Op = EndSelector::Op;

EndSelector end_all(std::vector<EndSelector> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  EndSelector out;
  out.op = parts.empty() ? Op::everything : Op::all;
  out.parts = std::move(parts);
  return out;
}

EndSelector end_any(std::vector<EndSelector> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  EndSelector out;
  out.op = parts.empty() ? Op::nothing : Op::any;
  out.parts = std::move(parts);
  return out;
}

EndSelector end_not(EndSelector part) {
  EndSelector out;
  out.op = Op::negate;
  out.parts.push_back(std::move(part));
  return out;
}

EndSelector end_in(EndSelector::Of of, std::string key, std::vector<std::string> values) {
  EndSelector out;
  out.op = Op::in;
  out.of = of;
  out.key = std::move(key);
  out.values = std::move(values);
  return out;
}

EndSelector end_exists(EndSelector::Of of, std::string key) {
  EndSelector out;
  out.op = Op::exists;
  out.of = of;
  out.key = std::move(key);
  return out;
}

EndSelector end_unknown() {
  EndSelector out;
  out.op = Op::unknown;
  return out;
}

EndSelector end_requirement(const std::string& op, EndSelector::Of of, const std::string& key, const std::vector<std::string>& values) {
  if (op == "In") return end_in(of, key, values);
  if (op == "NotIn") return end_not(end_in(of, key, values));
  if (op == "Exists") return end_exists(of, key);
  if (op == "DoesNotExist") return end_not(end_exists(of, key));
  return end_unknown();
}

EndSelector end_from_labels(const model::LabelSelector& selector, EndSelector::Of of) {
  std::vector<EndSelector> parts;
  for (const auto& [key, value] : selector.match_labels) parts.push_back(end_in(of, key, {value}));
  for (const model::LabelSelectorRequirement& e : selector.match_expressions) parts.push_back(end_requirement(e.op, of, e.key, e.values));
  return end_all(std::move(parts));
}

}  // namespace bulkhead::kube
