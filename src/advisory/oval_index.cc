#include <algorithm>
#include <array>

#include "advisory/internal/errata.h"
#include "advisory/internal/oval.h"
#include "base/text.h"

namespace bulkhead::advisory::oval {
namespace {

using base::XmlElement;

constexpr std::array<std::string_view, 6> kKinds = {"rpminfo", "dpkginfo", "textfilecontent54", "rpmverifyfile", "uname", "family"};

const std::vector<std::string_view>& wanted_elements() {
  static const auto kNames = [] {
    static std::vector<std::string> names;
    for (const std::string_view kind : kKinds) {
      for (const char* part : {"_test", "_object", "_state"}) {
        names.push_back(std::string(kind) + part);
      }
    }
    for (const char* other : {"constant_variable", "timestamp"}) {
      names.emplace_back(other);
    }
    return std::vector<std::string_view>(names.begin(), names.end());
  }();
  return kNames;
}

// "^openssh-client(?::\w+|)\s+(.*)$" → "openssh-client": how Ubuntu looks for binaries in a list of packages.
std::string binary_of(std::string_view pattern) {
  const size_t end = pattern.find("(?::");
  if (pattern.starts_with('^') && end != pattern.npos) {
    pattern = pattern.substr(1, end - 1);
  }
  return base::replace_all(std::string(pattern), "\\", "");
}

// "The 'openssh' package binaries." → "openssh".
std::string source_of(std::string_view comment) {
  constexpr std::string_view kHead = "The '", kTail = "' package binaries";
  const size_t end = comment.find(kTail);
  return comment.starts_with(kHead) && end != comment.npos ? std::string(comment.substr(kHead.size(), end - kHead.size())) : std::string();
}

std::string_view without_epoch_zero(std::string_view evr) { return evr.starts_with("0:") ? evr.substr(2) : evr; }

bool is_zero(std::string_view evr) {
  evr = without_epoch_zero(evr);
  return evr == "0" || evr == "0-0";
}

}  // namespace

base::Result<Index> Index::read(std::string_view document, const base::Limits& limits, std::string_view where) {
  Index index;
  BULKHEAD_CHECK(base::each_xml_element(document, wanted_elements(), limits, where, [&](const XmlElement& e) -> base::Status {
    index.take(e);
    return {};
  }));
  return index;
}

void Index::take(const XmlElement& e) {
  std::string id(e.attribute("id"));
  if (e.name == "timestamp") {
    timestamp_ = timestamp_.empty() ? std::string(e.trimmed()) : timestamp_;
  } else if (e.name == "constant_variable") {
    std::vector<std::string>& values = variables_[std::move(id)];
    for (const XmlElement& value : e.children) {
      values.emplace_back(value.trimmed());
    }
  } else if (e.name.ends_with("_test")) {
    Test test;
    test.packages = e.name.starts_with("rpminfo") || e.name.starts_with("dpkginfo") || e.name.starts_with("textfilecontent54");
    test.none_exist = e.attribute("check_existence") == "none_exist";
    for (const XmlElement& part : e.children) {
      if (part.name == "object") {
        test.object = part.attribute("object_ref");
      } else if (part.name == "state") {
        test.states.emplace_back(part.attribute("state_ref"));
      }
    }
    tests_.try_emplace(std::move(id), std::move(test));
  } else if (e.name.ends_with("_object")) {
    Object object;
    object.comment = e.attribute("comment");
    for (const XmlElement& part : e.children) {
      if (part.name == "name" || part.name == "pattern") {
        object.variable = part.attribute("var_ref");
        const std::string_view operation = part.attribute("operation");
        if (part.name == "name" && (operation.empty() || operation == "equals")) {
          object.name = part.trimmed();
        }
      }
    }
    objects_.try_emplace(std::move(id), std::move(object));
  } else {
    State state;
    for (const XmlElement& part : e.children) {
      const std::string_view operation = part.attribute("operation");
      if (part.name == "evr" || (part.name == "subexpression" && part.attribute("datatype") == "debian_evr_string")) {
        state.operation = operation;
        state.evr = part.trimmed();
      } else if (part.name == "version") {
        state.version_operation = operation;
        state.version = part.trimmed();
      } else if (part.name == "arch") {
        state.arch = part.trimmed();
      } else if (part.name == "signature_keyid") {
        state.signature = part.trimmed();
      }
    }
    states_.try_emplace(std::move(id), std::move(state));
  }
}

base::Result<std::shared_ptr<const PackageTest>> Index::package_test(const Test& test) const {
  const auto object = objects_.find(test.object);
  if (object == objects_.end()) {
    return base::fail(base::ErrorKind::input, "refers to an object that is not there");
  }
  auto out = std::make_shared<PackageTest>();
  if (std::string source = source_of(object->second.comment); !source.empty()) {
    out->packages.push_back(std::move(source));
  } else if (!object->second.variable.empty()) {
    if (const auto values = variables_.find(object->second.variable); values != variables_.end()) {
      for (const std::string& value : values->second) {
        out->packages.push_back(variant_name("binary", binary_of(value)));
      }
    }
  } else {
    out->packages.push_back(object->second.name);
  }
  if (out->packages.empty() || std::any_of(out->packages.begin(), out->packages.end(), [](const std::string& name) {
        return !usable_package(name.starts_with("binary/") ? std::string_view(name).substr(7) : std::string_view(name));
      })) {
    return base::fail(base::ErrorKind::input, "names no package");
  }
  out->never = test.none_exist;
  for (const std::string& id : test.states) {
    const auto at = states_.find(id);
    if (at == states_.end()) {
      return base::fail(base::ErrorKind::input, "refers to a state that is not there");
    }
    const State& state = at->second;
    if (state.evr.empty()) {
      out->never = out->never || (state.version_operation == "equals" && state.version == "0");
      continue;
    }
    const auto evr = checked_evr(out->packages.front(), state.evr);
    if (!evr) {
      return base::fail(base::ErrorKind::input, "\"" + base::repair_utf8(state.evr.substr(0, 80)) + "\" is no version");
    }
    const std::string version(without_epoch_zero(*evr));
    if (state.operation == "less than" || state.operation == "less than or equal") {
      out->upper = version;
      out->upper_included = state.operation != "less than";
      out->never = out->never || (!out->upper_included && is_zero(version));
    } else if (state.operation == "equals") {
      out->equal = version;
    } else if (state.operation == "greater than or equal" || state.operation == "greater than") {
      out->lower = is_zero(version) ? std::string() : version;
    } else {
      return base::fail(base::ErrorKind::input, "compares in a way that is not read: " + base::repair_utf8(state.operation.substr(0, 40)));
    }
  }
  return std::shared_ptr<const PackageTest>(std::move(out));
}

}  // namespace bulkhead::advisory::oval
