// One record of the database against one version.
#pragma once

#include <string>
#include <string_view>

#include "advisory/database.h"
#include "model/tri.h"
#include "model/version.h"

namespace bulkhead::match {

struct Verdict {
  model::Tri affected = model::Tri::unknown;
  std::string fixed_version;  // empty where there is none
  std::string range;          // "introduced 0, fixed 7.88.1-10+deb12u5"
  std::string comparison;     // "7.88.1-10 < 7.88.1-10+deb12u5 (fixed)"; for unknown: what could not be read
};

// Most records do not match, and nobody reads their words: `explain` asks for them always.
enum class Words { if_affected, always };

// `scheme` may be null: then only versions named one by one can be compared, and everything else is unknown.
Verdict judge(const advisory::PackageRecord& record, const model::Scheme* scheme, std::string_view version,
              Words words = Words::if_affected);

// The kernel's rule: fixes are told per stable stream, ranges are never united. See kernel.cc.
Verdict judge_kernel(const advisory::PackageRecord& record, std::string_view release, Words words = Words::if_affected);

}  // namespace bulkhead::match
