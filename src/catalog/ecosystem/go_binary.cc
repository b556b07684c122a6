// Go programs: the build information that the linker puts into every binary since Go 1.13 (debug/buildinfo).
//
// The blob starts, 16-byte aligned, with the magic, pointer size and flags. Flag 2 (Go 1.18 and later): version and module text
// follow as varint-length strings. Without it: two pointers to Go string headers, in the byte order of flag 1. The module text
// stands between two 16-byte marks; its lines are "path", "mod", "dep", "=>" (the line above is replaced) and "build".
// Listed are the main module, every module linked in (the replacement where there is one) and the standard library.
// Sources: Go's src/debug/buildinfo/buildinfo.go and src/runtime/debug/mod.go (format described there), System V ABI for ELF.
#include <cstring>
#include <optional>

#include "base/text.h"
#include "catalog/cataloger.h"
#include "catalog/internal/elf.h"
#include "catalog/internal/purl.h"

namespace bulkhead::catalog::ecosystem {
namespace {

constexpr std::string_view kMagic = "\xff Go buildinf:";
constexpr size_t kAlignment = 16;
constexpr size_t kHeaderBytes = 32;
constexpr size_t kMark = 16;
constexpr uint64_t kMaxText = 16 << 20;

bool wants(std::string_view, uint64_t, std::string_view head) { return is_program(head); }

struct BuildInfo {
  std::string_view go_version;
  std::string_view modules;
};

std::optional<std::string_view> varint_text(std::string_view& bytes) {
  uint64_t length = 0;
  for (size_t i = 0; i < bytes.size() && i < 9; ++i) {
    const auto byte = static_cast<uint8_t>(bytes[i]);
    length |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
    if ((byte & 0x80) == 0) {
      bytes.remove_prefix(i + 1);
      if (length > bytes.size()) {
        return std::nullopt;
      }
      const std::string_view text = bytes.substr(0, length);
      bytes.remove_prefix(length);
      return text;
    }
  }
  return std::nullopt;
}

// A pointer to a Go string header {pointer, length} in the program's memory.
std::string_view pointed_text(const Elf& elf, uint64_t address, size_t width, bool big_endian) {
  const std::string_view header = elf.at_address(address, 2 * width);
  if (header.size() < 2 * width) {
    return {};
  }
  const uint64_t length = read_number(header.substr(width, width), big_endian);
  return length > kMaxText ? std::string_view() : elf.at_address(read_number(header.substr(0, width), big_endian), length);
}

base::Result<BuildInfo> decode(const Elf& elf, std::string_view blob, std::string_view path) {
  const auto width = static_cast<size_t>(static_cast<uint8_t>(blob[14]));
  const auto flags = static_cast<uint8_t>(blob[15]);
  BuildInfo info;
  if ((flags & 2) != 0) {
    std::string_view rest = blob.substr(kHeaderBytes);
    const auto version = varint_text(rest);
    const auto modules = version ? varint_text(rest) : std::nullopt;
    if (!modules) {
      return base::fail(base::ErrorKind::input, "its Go build information is cut short", std::string(path));
    }
    info = {*version, *modules};
  } else {
    if (width != 4 && width != 8) {
      return base::fail(base::ErrorKind::input, "its Go build information states a pointer size of " + std::to_string(width),
                        std::string(path));
    }
    const bool big_endian = (flags & 1) != 0;
    info.go_version = pointed_text(elf, read_number(blob.substr(16, width), big_endian), width, big_endian);
    info.modules = pointed_text(elf, read_number(blob.substr(16 + width, width), big_endian), width, big_endian);
  }
  // Without its marks the module text is empty: a program built outside of module mode.
  if (info.modules.size() >= 2 * kMark + 1 && info.modules[info.modules.size() - kMark - 1] == '\n') {
    info.modules = info.modules.substr(kMark, info.modules.size() - 2 * kMark);
  } else {
    info.modules = {};
  }
  return info;
}

// The blob lies in section .go.buildinfo, or, without sections, in a writable segment.
std::string_view find_blob(const Elf& elf) {
  const auto search = [](std::string_view part) {
    for (size_t at = part.find(kMagic); at != std::string_view::npos; at = part.find(kMagic, at + 1)) {
      if (at % kAlignment == 0 && part.size() - at >= kHeaderBytes) {
        return part.substr(at);
      }
    }
    return std::string_view();
  };
  if (const std::string_view section = elf.section(".go.buildinfo"); !section.empty()) {
    // The strings may run on past the section's stated end, never past the file's.
    return search(section);
  }
  for (const std::string_view segment : elf.writable_segments()) {
    if (const std::string_view blob = search(segment); !blob.empty()) {
      return blob;
    }
  }
  return {};
}

struct Module {
  std::string path;
  std::string version;
  bool main = false;  // the program itself
};

void add(const Module& module, Sink& sink) {
  model::Component c;
  c.type = "golang";
  c.name = module.path;
  c.version = module.version == "(devel)" ? "" : module.version;
  const size_t slash = module.path.rfind('/');
  c.purl = slash == std::string::npos ? make_purl("golang", "", module.path, c.version)
                                      : make_purl("golang", module.path.substr(0, slash), module.path.substr(slash + 1), c.version);
  c.grade = model::Grade::content_identified;
  c.program = module.main;
  sink.component(std::move(c));
}

base::Status read(const FileView& file, Sink& sink) {
  const std::optional<Elf> elf = Elf::open(file.bytes);
  if (!elf) {
    return {};  // not a program that any kernel would start; nothing to say
  }
  const std::string_view blob = find_blob(*elf);
  if (blob.empty()) {
    return {};
  }
  BULKHEAD_TRY(const BuildInfo info, decode(*elf, blob, file.path));
  // "go1.22.1", "go1.22.1 X:boringcrypto", "devel go1.23-abcdef …".
  std::string_view version = info.go_version;
  if (version.starts_with("devel ")) {
    version.remove_prefix(6);
  }
  version = version.substr(0, version.find(' '));
  if (!version.starts_with("go") || version.size() < 3 || !base::valid_utf8(version)) {
    return base::fail(base::ErrorKind::input, "its Go build information states no version", std::string(file.path));
  }
  std::vector<Module> modules;
  for (const std::string_view line : base::split(info.modules, '\n')) {
    const std::vector<std::string_view> parts = base::split(line, '\t');
    const bool names = parts.size() >= 3 && !parts[1].empty() && base::valid_utf8(line);
    if (names && (parts[0] == "mod" || parts[0] == "dep")) {
      modules.push_back({std::string(parts[1]), std::string(parts[2]), parts[0] == "mod"});
    } else if (names && parts[0] == "=>" && !modules.empty()) {
      // A replacement by a folder has no version; the module keeps its name then, at an unknown version.
      const bool folder = parts[1].starts_with('.') || parts[1].starts_with('/');
      modules.back() = folder ? Module{modules.back().path, "", modules.back().main}
                              : Module{std::string(parts[1]), std::string(parts[2]), modules.back().main};
    }
  }
  if (modules.size() > file.limits.components) {
    return base::fail(base::ErrorKind::limit, "names more than the limit of " + base::with_thousands(file.limits.components) + " modules",
                      std::string(file.path));
  }
  for (const Module& module : modules) {
    add(module, sink);
  }
  add({"stdlib", std::string(version.substr(2)), false}, sink);
  if (info.modules.starts_with("path\tcmd/")) {
    add({"toolchain", std::string(version.substr(2)), false}, sink);  // the Go distribution's own commands; their flaws go by this name
  } else if (modules.empty()) {
    sink.unread(model::CoverageNote::State::skipped, "", "a Go program without module information: only its standard library is known");
  }
  return {};
}

}  // namespace

extern constinit const Cataloger go_binary{.name = "go-binary",
                                           .purl_type = "golang",
                                           .reads = "ELF programs with Go build information",
                                           .wants = wants,
                                           .wants_digests = nullptr,
                                           .announces = nullptr,
                                           .read = read,
                                           .finish = nullptr};

}  // namespace bulkhead::catalog::ecosystem
