// A tree becomes a list of cases: OR joins lists, AND pairs them. Conditions without a package are kept together, so that the
// usual tree (any of 25 products and any of 40 packages) stays 40 cases.
#include <algorithm>
#include <optional>

#include "advisory/distribution.h"
#include "advisory/internal/oval.h"
#include "base/text.h"

namespace bulkhead::advisory::oval {
namespace {

using base::XmlElement;
using Releases = std::shared_ptr<const std::set<std::string>>;

base::Error too_many() {
  return {base::ErrorKind::limit, "criteria with more than " + base::with_thousands(kMaxCases) + " cases", {}, {}, {}, {}};
}

Releases both(const Releases& a, const Releases& b) {
  if (!a || !b || a == b) {
    return a ? a : b;
  }
  auto out = std::make_shared<std::set<std::string>>();
  std::set_intersection(a->begin(), a->end(), b->begin(), b->end(), std::inserter(*out, out->end()));
  return out;
}

// Adds a case to alternatives; conditions that differ in their releases only become one.
void add(std::vector<Case>& out, Case&& c) {
  if (!c.package && c.releases) {
    for (Case& other : out) {
      if (!other.package && other.releases && other.module == c.module && other.arch == c.arch) {
        auto joined = std::make_shared<std::set<std::string>>(*other.releases);
        joined->insert(c.releases->begin(), c.releases->end());
        other.releases = std::move(joined);
        return;
      }
    }
  }
  out.push_back(std::move(c));
}

std::shared_ptr<const PackageTest> both_tests(const PackageTest& a, const PackageTest& b) {
  auto out = std::make_shared<PackageTest>(a);
  out->never = a.never || b.never;
  out->lower = a.lower.empty() ? b.lower : a.lower;
  if (out->upper.empty()) {
    out->upper = b.upper;
    out->upper_included = b.upper_included;
  }
  out->equal = a.equal.empty() ? b.equal : a.equal;
  return out;
}

base::Status pair(std::vector<Case>& left, const std::vector<Case>& right) {
  std::vector<Case> out;
  for (const Case& a : left) {
    for (const Case& b : right) {
      if (out.size() > kMaxCases) {
        return std::unexpected(too_many());
      }
      Case c{both(a.releases, b.releases), a.module.empty() ? b.module : a.module, a.arch.empty() ? b.arch : a.arch,
             a.package ? a.package : b.package};
      if (a.package && b.package) {
        if (a.package->packages == b.package->packages) {
          c.package = both_tests(*a.package, *b.package);
        } else {
          // Two packages together: each is looked up by itself, so each is told.
          Case other = c;
          other.package = b.package;
          add(out, std::move(other));
        }
      }
      add(out, std::move(c));
    }
  }
  left = std::move(out);
  return {};
}

std::optional<std::string_view> between(std::string_view text, std::string_view head, std::string_view tail) {
  return text.size() > head.size() + tail.size() && text.starts_with(head) && text.ends_with(tail)
             ? std::optional(text.substr(head.size(), text.size() - head.size() - tail.size()))
             : std::nullopt;
}

}  // namespace

base::Result<std::vector<Case>> Index::test_cases(std::string_view test_ref, std::string_view comment,
                                                  std::vector<std::string>& lost) const {
  comment = base::trim(comment);
  comment.remove_suffix(comment.ends_with('.') ? 1 : 0);
  Case c;
  if (const auto product = between(comment, "", " is installed")) {
    Releases& known = releases_[std::string(product->substr(0, 300))];
    if (!known) {
      const std::vector<std::string> names = ecosystems_of_release(*product);
      known = std::make_shared<const std::set<std::string>>(names.begin(), names.end());
    }
    if (!known->empty()) {
      c.releases = known;
      return std::vector{std::move(c)};
    }
  }
  if (const auto module = between(comment, "Module ", " is enabled")) {
    c.module = *module;
    return std::vector{std::move(c)};
  }
  const auto at = tests_.find(std::string(test_ref));
  if (at == tests_.end()) {
    lost.push_back("a test that is not there: " + base::repair_utf8(comment.substr(0, 100)));
    return std::vector<Case>{};
  }
  const Test& test = at->second;
  const auto object = objects_.find(test.object);
  const std::string_view name = object == objects_.end() ? std::string_view() : std::string_view(object->second.name);
  const auto first = test.states.empty() ? states_.end() : states_.find(test.states.front());
  const State* state = first == states_.end() ? nullptr : &first->second;
  const bool by_variable = object != objects_.end() && !object->second.variable.empty();
  if (!test.packages || (name.empty() && !by_variable) || (state != nullptr && state->evr.empty() && !state->signature.empty())) {
    return std::vector{std::move(c)};  // no question about a package
  }
  if (state != nullptr && state->evr.empty() && !state->arch.empty()) {
    c.arch = state->arch;
    return std::vector{std::move(c)};
  }
  const bool product_package = name.ends_with("-release") || name.ends_with("_release") || name.starts_with("sles-release");
  if (product_package || (state != nullptr && state->evr.empty() && !state->version.empty() && state->version != "0")) {
    c.releases = std::make_shared<const std::set<std::string>>();  // a product that the table does not know: nothing matches
    return std::vector{std::move(c)};
  }
  auto package = package_test(test);
  if (!package) {
    lost.push_back(package.error().what + ": " + base::repair_utf8(comment.substr(0, 100)));
    return std::vector<Case>{};
  }
  c.package = *std::move(package);
  return std::vector{std::move(c)};
}

base::Result<std::vector<Case>> Index::cases(const XmlElement& criteria, std::vector<std::string>& lost) const {
  if (criteria.attribute("negate") == "true") {
    return base::fail(base::ErrorKind::input, "negated criteria are not read");
  }
  if (criteria.name == "criterion" || criteria.name == "extend_definition") {
    return test_cases(criteria.attribute("test_ref"), criteria.attribute("comment"), lost);
  }
  const std::string_view word = criteria.attribute("operator");
  if (!word.empty() && word != "AND" && word != "OR") {
    return base::fail(base::ErrorKind::input, "criteria joined in a way that is not read: " + base::repair_utf8(word.substr(0, 20)));
  }
  const bool any = word == "OR";
  std::vector<Case> out;
  if (!any) {
    out.emplace_back();
  }
  for (const XmlElement& child : criteria.children) {
    if (child.name != "criteria" && child.name != "criterion" && child.name != "extend_definition") {
      continue;
    }
    BULKHEAD_TRY(std::vector<Case> part, cases(child, lost));
    if (!any) {
      BULKHEAD_CHECK(pair(out, part));
      continue;
    }
    for (Case& c : part) {
      add(out, std::move(c));
    }
    if (out.size() > kMaxCases) {
      return std::unexpected(too_many());
    }
  }
  return out;
}

}  // namespace bulkhead::advisory::oval
