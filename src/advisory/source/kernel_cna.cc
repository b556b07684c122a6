// The Linux kernel CNA's own records, CVE JSON 5 (git.kernel.org, security/vulns.git, cve/published): beside what the .dyad files
// say they have the title, CVSS with a sentence of reason for each metric ("scenarios"), and the files that the mistake is in.
//
// Ranges: `cpeApplicability` holds the pairs [introduced, fixed) by stream, the same as the .dyad file's.
// Reach: who can touch the flaw, by the rules of data/kernel/reach.tsv over files and scenarios; kept as the fact "reach".
#include <algorithm>

#include "advisory/internal/kernel_reach.h"
#include "advisory/names.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"
#include "model/kernel_release.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonView;

bool recognises(std::string_view, std::string_view head) {
  return base::trim(head).starts_with('{') && head.contains("\"programFiles\"") && head.contains("git.kernel.org");
}

bool wants(std::string_view name) {
  const std::string_view file = name.substr(name.rfind('/') + 1);
  return file.starts_with("CVE-") && file.ends_with(".json");
}

bool readable(const std::string& version) { return version == "0" || model::parse_kernel_release(version).has_value(); }

// False where a pair cannot be read: half a record would tell too few flaws or too few fixes.
bool read_pairs(JsonView cna, std::string& ranges) {
  for (const JsonView& applicability : cna.get("cpeApplicability").items()) {
    for (const JsonView& node : applicability.get("nodes").items()) {
      for (const JsonView& match : node.get("cpeMatch").items()) {
        const std::string from = match.get("versionStartIncluding").text("0"), to = match.get("versionEndExcluding").text();
        if (!match.get("vulnerable").flag() || !readable(from) || (!to.empty() && !readable(to))) {
          return false;
        }
        ranges += (ranges.empty() ? "" : "\n") + std::string("introduced ") + from + (to.empty() ? "" : "\nfixed " + to);
      }
    }
  }
  return true;
}

void add_text(std::string& out, std::string_view text) {
  if (!text.empty() && out.size() < (1U << 16)) {
    out.append(text.substr(0, 1U << 14)).append("\n");
  }
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  const JsonView meta = json.root().get("cveMetadata"), cna = json.root().path("containers", "cna");
  Advisory a;
  a.id = advisory_name(meta.get("cveId").text());
  if (!is_cve(a.id)) {
    return base::fail(base::ErrorKind::input, "no `cveMetadata.cveId`", document.place);
  }
  a.published = checked_date(meta.get("datePublished").text());
  a.modified = checked_date(meta.get("dateUpdated").text());
  if (meta.get("state").string() == "REJECTED") {
    return sink.skip(document, {}, "rejected");
  }
  a.summary = short_summary(cna.get("title").text());
  KernelFlaw flaw;
  for (const JsonView& item : cna.get("affected").items()) {
    for (std::string& file : item.get("programFiles").texts()) {
      if (file.size() < 500 && std::find(flaw.files.begin(), flaw.files.end(), file) == flaw.files.end() && flaw.files.size() < 2000) {
        flaw.files.push_back(std::move(file));
      }
    }
  }
  for (const JsonView& metric : cna.get("metrics").items()) {
    if (const std::string vector = metric.path("cvssV3_1", "vectorString").text(); !vector.empty() && vector.size() < 200) {
      a.cvss.push_back(vector);
      flaw.vector = vector;
    }
    for (const JsonView& scenario : metric.get("scenarios").items()) {
      add_text(flaw.scenario, scenario.get("value").string().value_or(""));
    }
  }
  Affected kernel{kLinux, "kernel", {}, {}};
  if (!read_pairs(cna, kernel.ranges)) {
    return base::fail(base::ErrorKind::input, "a pair of `cpeApplicability` cannot be read", document.place);
  }
  if (kernel.ranges.empty()) {
    BULKHEAD_CHECK(sink.skip(document, "cpeApplicability", "holds no pair"));
  } else {
    a.affected.push_back(std::move(kernel));
  }
  BULKHEAD_CHECK(sink.add(Fact{"reach", a.id, kernel_reach(flaw)}));
  return sink.add(a);
}

}  // namespace

extern constinit const Source kernel_cna{
    .name = "kernel_cna",
    .title = "Linux kernel flaws with reach and severity",
    .publisher = "Linux kernel CNA",
    .licence = "CVE terms of use",
    .rank = 10,
    .single = true,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
