// Rust programs built with cargo-auditable: the section .dep-v0 holds the dependency list as JSON, compressed with zlib.
//
// Listed are the packages that are in the program, its own included; those of kind "build" (build scripts, procedural macros) ran
// on the builder only. A package from elsewhere than crates.io ("git", "local", a registry) keeps its name: advisories by name may not
// mean it, which the package URL says (`repository_url` is not known, so `source=git`).
// Source: rust-secure-code/cargo-auditable, PARSING.md and cargo-auditable.schema.json.
//
// Limits: 8 MiB of unpacked JSON (the specification's advice).
#include <zlib.h>

#include <optional>

#include "base/json.h"
#include "base/text.h"
#include "catalog/cataloger.h"
#include "catalog/internal/elf.h"
#include "catalog/internal/purl.h"

namespace bulkhead::catalog::ecosystem {
namespace {

constexpr size_t kMaxJson = 8 << 20;

bool wants(std::string_view, uint64_t, std::string_view head) { return is_program(head); }

// Empty: no zlib data, or more than the limit.
std::string unpack(std::string_view packed) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) {
    return {};
  }
  std::string out;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(std::min<size_t>(packed.size(), UINT32_MAX));
  int result = Z_OK;
  char buffer[16384];
  while (result == Z_OK && out.size() <= kMaxJson) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    result = inflate(&stream, Z_NO_FLUSH);
    out.append(buffer, sizeof buffer - stream.avail_out);
  }
  inflateEnd(&stream);
  return result == Z_STREAM_END && out.size() <= kMaxJson ? out : std::string();
}

base::Status read(const FileView& file, Sink& sink) {
  const std::optional<Elf> elf = Elf::open(file.bytes);
  const std::string_view section = elf ? elf->section(".dep-v0") : std::string_view();
  if (section.empty()) {
    return {};
  }
  const std::string json = unpack(section);
  if (json.empty()) {
    return base::fail(base::ErrorKind::input, "its list of Rust packages cannot be unpacked", std::string(file.path));
  }
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(json, file.limits, file.path));
  for (const base::JsonView& item : document.root().get("packages").items()) {
    if (item.get("kind").string() == "build") {
      continue;
    }
    model::Component c;
    c.type = "cargo";
    c.name = item.get("name").text();
    c.version = item.get("version").text();
    if (c.name.empty() || c.version.empty()) {
      sink.unread(model::CoverageNote::State::error, "", "lists a Rust package without a name or a version");
      continue;
    }
    const std::string source = item.get("source").text();
    const bool own = item.get("root").flag();
    c.purl = make_purl("cargo", "", c.name, c.version, {{"source", source == "crates.io" || own ? "" : source}});
    c.grade = model::Grade::content_identified;
    c.program = own;
    sink.component(std::move(c));
  }
  return {};
}

}  // namespace

extern constinit const Cataloger rust_binary{.name = "rust-binary",
                                             .purl_type = "cargo",
                                             .reads = "ELF programs with the section .dep-v0 of cargo-auditable",
                                             .wants = wants,
                                             .wants_digests = nullptr,
                                             .announces = nullptr,
                                             .read = read,
                                             .finish = nullptr};

}  // namespace bulkhead::catalog::ecosystem
