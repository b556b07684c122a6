// The Linux kernel CNA's `.dyad` files (git.kernel.org, security/vulns.git, cve/published): one a CVE, a line a pair of
// `vulnerable version:commit:fixed version:commit`; `0:0` in the second half: no fix. '#' begins a comment.
// The versions of a line belong together and to their stream; match/kernel.cc reads them so.
#include "advisory/names.h"
#include "advisory/source.h"
#include "base/text.h"
#include "model/kernel_release.h"

namespace bulkhead::advisory::source {
namespace {

bool recognises(std::string_view name, std::string_view head) { return name.ends_with(".dyad") || head.starts_with("# dyad version"); }

bool wants(std::string_view name) { return name.ends_with(".dyad"); }

base::Status parse(const Document& document, const base::Limits&, Sink& sink) {
  const std::string_view file = document.name.substr(document.name.rfind('/') + 1);
  Advisory a;
  a.id = advisory_name(file.substr(0, file.find('.')));
  if (!is_cve(a.id)) {
    return base::fail(base::ErrorKind::input, "the file's name is no CVE id", document.place);
  }
  Affected kernel{kLinux, "kernel", {}, {}};
  uint64_t number = 0;
  for (const std::string_view raw : base::split(document.bytes, '\n')) {
    const std::string_view line = base::trim(raw);
    ++number;
    if (line.empty() || line.starts_with('#')) {
      continue;
    }
    const auto parts = base::split(line, ':');
    const bool introduced = parts.size() == 4 && (parts[0] == "0" || model::parse_kernel_release(parts[0]));
    const bool fixed = parts.size() == 4 && (parts[2] == "0" || model::parse_kernel_release(parts[2]));
    if (!introduced || !fixed || line.size() > 300) {
      // Half a record would tell too few fixes or too few flaws: the whole document is refused.
      return base::fail(base::ErrorKind::input, "not `version:commit:version:commit`", document.place + ", line " + std::to_string(number));
    }
    kernel.ranges += (kernel.ranges.empty() ? "" : "\n") + std::string("introduced ") + std::string(parts[0]);
    if (parts[2] != "0") {
      kernel.ranges += "\nfixed " + std::string(parts[2]);
    }
  }
  if (kernel.ranges.empty()) {
    return base::fail(base::ErrorKind::input, "holds no pair", document.place);
  }
  a.affected.push_back(std::move(kernel));
  return sink.add(a);
}

}  // namespace

extern constinit const Source kernel_dyad{
    .name = "kernel_dyad",
    .title = "Linux kernel flaws by stable stream",
    .publisher = "Linux kernel CNA",
    .licence = "CVE terms of use",
    .rank = 10,
    .single = true,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
