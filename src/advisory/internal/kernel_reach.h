// Who can reach a kernel flaw, by the rules of data/kernel/reach.tsv. Rules are read once; the first that holds gives the class.
// Threads: safe from any thread.
#pragma once

#include <string>
#include <vector>

namespace bulkhead::advisory {

struct KernelFlaw {
  std::vector<std::string> files;  // of the kernel's tree
  std::string vector;              // CVSS 3.1, or empty
  std::string scenario;            // the CNA's sentences, a line each ("PR:L - …"), or empty
};

// JSON {"class", "needs", "rule", "why"}: `rule` is the row's number from 1, 0 where none holds and the class is "unknown".
std::string kernel_reach(const KernelFlaw& flaw);

}  // namespace bulkhead::advisory
