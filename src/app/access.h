// Questions about rights: may this subject do that, and who may.
//
// Lines in, lines out: a line of the batch is SUBJECT<TAB>VERB<TAB>RESOURCE<TAB>NAMESPACE (the namespace may be missing), its
// answer yes, no, unknown, or "error: why" (docs/access.md). Nothing is parsed in this process: the worker tasks access-batch
// and access-question do.
#pragma once

#include <string>
#include <vector>

#include "app/cluster_source.h"
#include "base/result.h"

namespace bulkhead::app {

struct AccessQuestion {
  std::string subject;  // empty: who can
  std::string verb, resource, ns;
  bool why = false;     // say which binding decided
  bool json = false;    // who can: JSON instead of a table
  bool strict = false;  // exit code 4 when something that matters was not read
};
base::Result<int> answer_access(const ClusterOptions& cluster, const AccessQuestion& question);
// Standard input to standard output.
base::Result<int> answer_access_lines(const ClusterOptions& cluster, bool why, bool strict);

struct RightsQuestion {
  std::string subject;      // for escalation empty: all
  bool escalation = false;  // ways to more rights instead of the rights
  bool json = false, strict = false;
};
base::Result<int> list_rights(const ClusterOptions& cluster, const RightsQuestion& question);

struct LogQuestion {
  std::string subject;
  std::vector<std::string> logs;  // files of audit events
  bool without_names = false;
  bool json = false, strict = false;
};
// Rights of the cluster that the log shows no use of.
base::Result<int> compare_with_log(const ClusterOptions& cluster, const LogQuestion& question);
// Roles that allow just what the log shows; no cluster is needed.
base::Result<int> propose_roles(const LogQuestion& question);

}  // namespace bulkhead::app
