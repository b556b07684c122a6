#include "kube/internal/fields.h"

namespace bulkhead::kube {

using base::JsonKind;
using base::JsonView;

Fields::operator bool() const { return view_.kind() == JsonKind::object; }

void Fields::fault(const char* key, std::string_view want) const {
  if (fault_->empty()) {
    *fault_ = path_ + key + " is not " + std::string(want);
  }
}

JsonView Fields::member(const char* key, JsonKind kind, const char* want) const {
  const JsonView found = view_.get(key);
  const JsonKind is = found.kind();
  if (is == JsonKind::missing || is == JsonKind::null) {
    return {};
  }
  if (is != kind) {
    fault(key, want);
    return {};
  }
  return found;
}

bool Fields::has(const char* key) const {
  const JsonKind is = view_.get(key).kind();
  return is != JsonKind::missing && is != JsonKind::null;
}

Fields Fields::object(const char* key) const { return {member(key, JsonKind::object, "an object"), fault_, path_ + key + "."}; }

std::vector<Fields> Fields::list(const char* key) const {
  std::vector<Fields> out;
  for (const JsonView& item : member(key, JsonKind::array, "a list").items()) {
    if (item.kind() != JsonKind::object) {
      fault(key, "a list of objects");
      continue;
    }
    out.emplace_back(item, fault_, path_ + key + "[" + std::to_string(out.size()) + "].");
  }
  return out;
}

std::string Fields::text(const char* key) const { return member(key, JsonKind::string, "a string").text(); }
std::optional<bool> Fields::flag(const char* key) const { return member(key, JsonKind::boolean, "a boolean").boolean(); }

std::optional<int64_t> Fields::number(const char* key) const {
  const JsonView found = member(key, JsonKind::number, "a number");
  const auto whole = found.integer();
  if (found && !whole) {
    fault(key, "a whole number");
  }
  return whole;
}

int32_t Fields::port(const char* key) const {
  const int64_t value = number(key).value_or(0);
  if (value < 0 || value > 65535) {
    fault(key, "a port number");
    return 0;
  }
  return static_cast<int32_t>(value);
}

std::vector<std::string> Fields::texts(const char* key) const {
  const JsonView found = member(key, JsonKind::array, "a list");
  std::vector<std::string> out = found.texts();
  if (out.size() != found.size()) {
    fault(key, "a list of strings");
  }
  return out;
}

model::Labels Fields::labels(const char* key) const {
  model::Labels out;
  member(key, JsonKind::object, "an object").each([&](std::string_view name, JsonView value) {
    if (const auto text = value.string()) {
      out.emplace(name, *text);
    } else if (value.kind() == JsonKind::null) {
      out.emplace(name, "");
    } else {
      fault(key, "an object of strings");
    }
  });
  return out;
}

model::IntOrName Fields::int_or_name(const char* key) const {
  const JsonView found = view_.get(key);
  model::IntOrName out;
  if (const auto name = found.string()) {
    out.name = *name;
  } else if (found.kind() == JsonKind::number) {
    const int64_t value = found.integer().value_or(-1);
    if (value < 0 || value > 65535) {
      fault(key, "a port number");
    } else {
      out.number = static_cast<int32_t>(value);
    }
  } else if (has(key)) {
    fault(key, "a port number or name");
  }
  return out;
}

}  // namespace bulkhead::kube
