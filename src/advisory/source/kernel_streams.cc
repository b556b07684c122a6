// linux_kernel_cves' stream_fixes.json (github.com/nluedtke/linux_kernel_cves, ended April 2024): per flaw and stable stream the
// version with the fix. It alone tells of flaws of 2016 to 2023 that other CNAs named.
//
// It does not say since when a flaw is there: every pair begins at 0. The source ended: a stream that it does not name is unknown,
// not safe (state frozen).
#include "advisory/names.h"
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"
#include "model/kernel_release.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

bool recognises(std::string_view, std::string_view head) {
  return base::trim(head).starts_with('{') && head.contains("\"cmt_id\"") && head.contains("\"fixed_version\"");
}

bool wants(std::string_view name) { return name.ends_with("stream_fixes.json"); }

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  if (json.root().kind() != JsonKind::object || json.root().size() == 0) {
    return base::fail(base::ErrorKind::input, "the fixes must be a JSON object by flaw", document.place);
  }
  base::Status status;
  json.root().each([&](std::string_view name, JsonView streams) {
    if (!status) {
      return;
    }
    Advisory a;
    a.id = advisory_name(name);
    Affected x{kLinux, "kernel", {}, {}};
    x.state = AffectedState::frozen;
    bool good = is_cve(a.id);
    streams.each([&](std::string_view, JsonView fix) {
      const std::string version = fix.get("fixed_version").text();
      good = good && model::parse_kernel_release(version).has_value();
      x.ranges += (x.ranges.empty() ? "" : "\n") + std::string("introduced 0\nfixed ") + version;
    });
    if (!good || x.ranges.empty()) {
      status = sink.skip(document, std::string(name.substr(0, 40)), "no CVE id, or a version that cannot be read");
      return;
    }
    a.affected.push_back(std::move(x));
    status = sink.add(a);
  });
  return status;
}

}  // namespace

extern constinit const Source kernel_streams{
    .name = "kernel_streams",
    .title = "Linux kernel fixes by stable stream, until 2024",
    .publisher = "Nicholas Luedtke, linux_kernel_cves",
    .licence = "Apache-2.0",
    .rank = 16,
    .single = true,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
