// A Linux kernel release as `uname -r` or nodeInfo.kernelVersion gives it: "5.15.150", "6.1.85-flatcar", "6.12-rc3",
// "5.15.0-105-generic", "4.18.0-513.el8.x86_64", "5.15.138.1-4.cm2".
//
// The order (scheme "linux") counts stream, patch and release candidate only. Many distributions keep the number of an old
// release and backport fixes: their kernels cannot be judged by upstream's fixed versions. build() says which is which, by the
// table data/kernel_release/suffixes.tsv; a suffix that the table does not know counts as `unknown`, never as upstream.
//
// Source: https://www.kernel.org/doc/html/latest/process/2.Process.html; the table names its own.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace bulkhead::model {

enum class KernelBuild : uint8_t {
  upstream,     // upstream's stable release as it is: its number tells its fixes
  backporting,  // a distribution's: its feed decides, the number does not
  unknown,      // own or unknown build
};
const char* kernel_build_name(KernelBuild build);

struct KernelRelease {
  std::string_view major;  // views into the parsed text
  std::string_view minor;
  std::string_view third;      // for 2.6.N: N, part of the stream; else empty
  std::string_view patch;      // stable patch; "" and "0" are the same
  std::string_view candidate;  // N of rcN; "" for a release
  std::string_view suffix;     // all after the numbers, with its separator: "-105-generic", ".1-4.cm2", "+"

  // "5.15", or "2.6.32": fixes are told per stream.
  std::string_view stream;
};

// Errors: `input` where it does not begin with x.y.
base::Result<KernelRelease> parse_kernel_release(std::string_view text);

struct KernelBuilder {
  KernelBuild build = KernelBuild::unknown;
  std::string_view distribution;  // "ubuntu", "rhel", "flatcar", …; empty where unknown
};

// Who built it, by its suffix alone. "6.1.112" without suffix is upstream (so do Bottlerocket and hand-made kernels show).
KernelBuilder kernel_builder(const KernelRelease& release);

}  // namespace bulkhead::model
