// .NET programs: *.deps.json, which the SDK writes beside each program and the runtime reads to find its libraries.
//
// Listed are the libraries of type "package" and "runtimepack" that put something beside the program: an entry in a target's
// "runtime", "native", "runtimeTargets" or "resources". A package without such an entry was only needed to compile. Type "project" is
// the program itself, "reference" a bare file.
// Source: .NET documentation, "runtime-configuration-file.md" of the SDK's documentation folder (deps.json).
#include <set>

#include "base/json.h"
#include "base/text.h"
#include "catalog/cataloger.h"
#include "catalog/internal/purl.h"

namespace bulkhead::catalog::ecosystem {
namespace {

constexpr std::string_view kRuntimePack = "runtimepack.";

bool wants(std::string_view path, uint64_t, std::string_view) { return path.ends_with(".deps.json"); }

base::Status read(const FileView& file, Sink& sink) {
  std::string_view text = file.bytes;
  if (text.starts_with("\xef\xbb\xbf")) {
    text.remove_prefix(3);
  }
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(text, file.limits, file.path));
  const base::JsonView root = document.root();
  if (root.get("libraries").kind() != base::JsonKind::object || root.get("targets").kind() != base::JsonKind::object) {
    return base::fail(base::ErrorKind::input, "has no targets or no libraries", std::string(file.path));
  }
  std::set<std::string, std::less<>> present;
  root.get("targets").each([&](std::string_view, base::JsonView target) {
    target.each([&](std::string_view library, base::JsonView assets) {
      for (const char* kind : {"runtime", "native", "runtimeTargets", "resources"}) {
        if (assets.get(kind).size() > 0) {
          present.emplace(library);
        }
      }
    });
  });
  root.get("libraries").each([&](std::string_view key, base::JsonView library) {
    const std::string kind = library.get("type").text();
    if ((kind != "package" && kind != "runtimepack") || !present.contains(key)) {
      return;
    }
    const auto [name, version] = base::split_once(key, '/');
    if (!version || name.empty() || version->empty()) {
      sink.unread(model::CoverageNote::State::error, "", "names a library without a version");
      return;
    }
    model::Component c;
    c.type = "nuget";
    c.name = kind == "runtimepack" && name.starts_with(kRuntimePack) ? name.substr(kRuntimePack.size()) : name;
    c.version = *version;
    c.purl = make_purl("nuget", "", c.name, c.version);
    sink.component(std::move(c));
  });
  return {};
}

}  // namespace

extern constinit const Cataloger dotnet{.name = "dotnet",
                                        .purl_type = "nuget",
                                        .reads = "*.deps.json",
                                        .wants = wants,
                                        .wants_digests = nullptr,
                                        .announces = nullptr,
                                        .read = read,
                                        .finish = nullptr};

}  // namespace bulkhead::catalog::ecosystem
