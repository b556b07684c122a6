// Red Hat's list of repositories and the products (CPEs) that each belongs to (security.data.redhat.com, repository-to-cpe.json).
// An image's content sets name repositories; its products, and so the advisories that speak of it, follow from this list.
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

bool recognises(std::string_view, std::string_view head) {
  return base::trim(head).starts_with('{') && head.contains("\"data\"") && head.contains("\"cpes\"") && head.contains("cpe:/");
}

bool wants(std::string_view name) { return name.ends_with(".json"); }

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  const JsonView data = json.root().get("data");
  if (data.kind() != JsonKind::object) {
    return base::fail(base::ErrorKind::input, "the list has no `data`", document.place);
  }
  base::Status status;
  data.each([&](std::string_view repository, JsonView v) {
    if (!status) {
      return;
    }
    std::string cpes;
    for (const std::string& cpe : v.get("cpes").texts()) {
      if (cpe.starts_with("cpe:/") && cpe.size() < 300 && !cpe.contains('\n') && cpes.size() < (16 << 10)) {
        cpes += (cpes.empty() ? "" : "\n") + cpe;
      }
    }
    const bool named = !repository.empty() && repository.size() < 300 && !repository.contains('\n');
    status = named && !cpes.empty() ? sink.add(Fact{"repository_cpe", std::string(repository), cpes})
                                    : sink.skip(document, std::string(repository.substr(0, 80)), "names no product");
  });
  return status;
}

}  // namespace

extern constinit const Source repository_cpe{
    .name = "repository_cpe",
    .title = "Red Hat repositories and their products",
    .publisher = "Red Hat Product Security",
    .licence = "CC-BY 4.0",
    .rank = 60,
    .single = true,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
