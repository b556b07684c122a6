// Reading the fields of one API object: a missing or null field gives the empty value, one of another type is remembered as
// the object's fault, so that nothing misread passes as read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "model/cluster.h"

namespace bulkhead::kube {

class Fields {
 public:
  // `fault` (borrowed) takes the first fault: "spec.nodeName is no string".
  Fields(base::JsonView view, std::string* fault, std::string path = {}) : view_(view), fault_(fault), path_(std::move(path)) {}

  explicit operator bool() const;  // the object is there (and not null)
  Fields object(const char* key) const;
  std::vector<Fields> list(const char* key) const;  // objects of an array

  std::string text(const char* key) const;
  std::optional<bool> flag(const char* key) const;
  bool flag(const char* key, bool fallback) const { return flag(key).value_or(fallback); }
  std::optional<int64_t> number(const char* key) const;
  int32_t port(const char* key) const;  // 0 when absent; a number outside 0…65535 is a fault
  std::vector<std::string> texts(const char* key) const;
  model::Labels labels(const char* key) const;  // object of strings
  model::IntOrName int_or_name(const char* key) const;
  bool has(const char* key) const;  // there and not null
  base::JsonView view() const { return view_; }
  void fault(const char* key, std::string_view want) const;
  bool faulty() const { return !fault_->empty(); }

 private:
  base::JsonView member(const char* key, base::JsonKind kind, const char* want) const;
  base::JsonView view_;
  std::string* fault_;
  std::string path_;
};

}  // namespace bulkhead::kube
