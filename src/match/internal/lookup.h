// Where a component's advisories stand: ecosystem, package, version and the order that compares it.
#pragma once

#include <optional>
#include <string>

#include "model/inventory.h"
#include "model/version.h"

namespace bulkhead::match {

struct Lookup {
  std::string ecosystem;  // "Debian:12", "npm"
  std::string package;
  std::string version;  // what is compared: the source package's where advisories speak of those
  const model::Scheme* scheme = nullptr;
  bool distribution = false;  // judged by release: an ecosystem without data is unknown, not clean
};

// nullopt: no advisory source can know such a component (a file, an operating system, a kernel in an image).
std::optional<Lookup> lookup_of(const model::Component& component);

}  // namespace bulkhead::match
