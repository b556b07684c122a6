// What a node says of itself, as things that advisories speak of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "advisory/database.h"
#include "match/internal/finding_of.h"
#include "model/tri.h"

namespace bulkhead::match {

struct NodePart {
  Subject subject;      // its ecosystem and package are looked up
  bool kernel = false;  // judged by the kernel's rule
  bool unsure = false;  // a build that may hold fixes its number does not show, or a version that nobody tells
  std::string why_unsure;
};

// "6.1.55" → the kernel; "containerd://1.7.12" → containerd and runc; "v1.29.4" → a Kubernetes program.
NodePart kernel_part(std::string_view release);
std::vector<NodePart> runtime_parts(std::string_view runtime_version);
NodePart kubernetes_part(std::string_view program, std::string_view version);

// Judges one record against the part.
Verdict judge_part(const NodePart& part, const advisory::PackageRecord& record, Words words = Words::if_affected);
base::Status match_part(const NodePart& part, const advisory::Database& database, std::vector<model::Finding>& out);

}  // namespace bulkhead::match
