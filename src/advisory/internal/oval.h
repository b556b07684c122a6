// OVAL's tests and criteria, reduced to what advisories need: which package, below which version, on which release.
//
// Source: OVAL language 5.10 and 5.11 (oval.mitre.org), definitions of classes patch and vulnerability. A criteria tree is turned
// into cases: conditions (release, module stream, architecture) and at most one package test each. Tests that ask for the
// running kernel, signatures and the like count as true: a scan of packages cannot answer them, and the package decides.
//
// Limits: kMaxCases per definition. Errors say why a criterion or definition cannot be used; the reader skips that part.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "base/xml.h"

namespace bulkhead::advisory::oval {

inline constexpr size_t kMaxCases = 100'000;

// Versions of a package for which a test is true: from `lower` (empty: all) to below or up to `upper` (empty: all).
struct PackageTest {
  std::vector<std::string> packages;  // one, or the binaries of one source
  std::string lower, upper, equal;
  bool upper_included = false;
  bool never = false;  // the publisher's way to say "not affected"
};

struct Case {
  std::shared_ptr<const std::set<std::string>> releases;  // ecosystems; null: any
  std::string module;                                     // "nodejs:18"; empty: any
  std::string arch;                                       // empty: any
  std::shared_ptr<const PackageTest> package;             // null: conditions only
};

// Tests, objects, states and variables of one document by their ids.
class Index {
 public:
  // Reads all but the definitions.
  static base::Result<Index> read(std::string_view document, const base::Limits& limits, std::string_view where);

  const std::string& timestamp() const { return timestamp_; }
  // The cases in which a criteria tree (or an element that holds one) is true. `lost` collects why parts could not be used.
  base::Result<std::vector<Case>> cases(const base::XmlElement& criteria, std::vector<std::string>& lost) const;
  // The same for one test. `comment` is the criterion's.
  base::Result<std::vector<Case>> test_cases(std::string_view test_ref, std::string_view comment, std::vector<std::string>& lost) const;

 private:
  struct Object {
    std::string name, variable, comment;
  };
  struct State {
    std::string operation, evr, version_operation, version, arch, signature;
  };
  struct Test {
    bool packages = false;  // rpminfo, dpkginfo, or Ubuntu's look into a manifest
    bool none_exist = false;
    std::string object;
    std::vector<std::string> states;
  };

  void take(const base::XmlElement& element);
  base::Result<std::shared_ptr<const PackageTest>> package_test(const Test& test) const;

  std::unordered_map<std::string, Object> objects_;
  std::unordered_map<std::string, State> states_;
  std::unordered_map<std::string, Test> tests_;
  std::unordered_map<std::string, std::vector<std::string>> variables_;
  std::string timestamp_;
  mutable std::unordered_map<std::string, std::shared_ptr<const std::set<std::string>>> releases_;  // by product name
};

}  // namespace bulkhead::advisory::oval
