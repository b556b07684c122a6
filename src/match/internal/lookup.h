// Where a component's advisories stand: ecosystem, package, version and the order that compares it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "advisory/database.h"
#include "match/internal/judge.h"
#include "model/inventory.h"
#include "model/version.h"

namespace bulkhead::match {

struct Lookup {
  std::string ecosystem;  // "Debian:12", "npm"
  std::string package;
  std::vector<std::string> also;  // other names that records may use: the source package beside the binary one
  std::string version;            // what is compared: the source package's where advisories speak of those
  std::string module;  // rpm: the stream of the module that it is built for, "nodejs:18"; empty where there is none or nobody tells
  const model::Scheme* scheme = nullptr;
  bool distribution = false;  // judged by release: an ecosystem without data is unknown, not clean
};

// nullopt: no advisory source can know such a component (a file, an operating system, a kernel in an image).
std::optional<Lookup> lookup_of(const model::Component& component);

// All records of the lookup's names, those of one flaw together. `ecosystem` may be another release's.
base::Result<std::vector<advisory::PackageRecord>> records_of(const Lookup& lookup, std::string_view ecosystem,
                                                              const advisory::Database& database);

// judge() for a looked-up component: `of_flaw` are all records of the record's flaw. A build of a module whose stream nobody tells is
// unknown where the streams have fixes of their own.
Verdict judge_build(const advisory::PackageRecord& record, const Lookup& lookup, std::span<const advisory::PackageRecord> of_flaw,
                    Words words = Words::if_affected);

}  // namespace bulkhead::match
