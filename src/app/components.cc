#include "app/components.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "base/worker.h"
#include "image/notes.h"
#include "sbom/cyclonedx.h"
#include "sbom/spdx.h"

namespace bulkhead::app {
namespace {

constexpr std::string_view kRootPrefix = "dir:";
constexpr size_t kNotesShown = 20;

// A field of tab-separated text: tabs, newlines and control characters of hostile names are escaped.
std::string field(const std::string& text) { return base::escape_terminal(text); }

std::string as_tsv(const model::Inventory& inventory) {
  std::string out;
  for (const model::Component& c : inventory.components) {
    out += field(c.type) + "\t" + field(c.name) + "\t" + field(c.version) + "\t" + field(c.source_name) + "\t" + field(c.source_version) +
           "\n";
  }
  return out;
}

std::string as_jsonl(const model::Inventory& inventory) {
  std::string out;
  for (const model::Component& c : inventory.components) {
    base::JsonWriter w;
    model::write_component(w, c);
    out += w.str() + "\n";
  }
  return out;
}

std::string as_table(const model::Inventory& inventory) {
  using Row = std::array<std::string, 5>;
  std::vector<Row> rows = {{"TYPE", "NAME", "VERSION", "GRADE", "PATH"}};
  for (const model::Component& c : inventory.components) {
    std::string where = c.paths.empty() ? "" : c.paths.front();
    if (c.paths.size() > 1) {
      where += " (+" + base::with_thousands(c.paths.size() - 1) + ")";
    }
    rows.push_back({field(c.type), field(c.name), field(c.version), model::grade_name(c.grade), field(where)});
  }
  std::array<size_t, 5> widths{};
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], std::min<size_t>(base::display_width(row[i]), 60));
    }
  }
  std::string out;
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      out += row[i];
      const size_t width = base::display_width(row[i]);
      if (i + 1 < row.size()) {
        out.append(width < widths[i] ? widths[i] - width + 2 : 2, ' ');
      }
    }
    out += '\n';
  }
  return out;
}

void print_coverage(const model::Inventory& inventory) {
  size_t shown = 0;
  size_t unread = 0;
  for (const model::CoverageNote& note : inventory.coverage) {
    if (note.state == model::CoverageNote::State::read) {
      continue;
    }
    ++unread;
    if (++shown <= kNotesShown) {
      std::fprintf(stderr, "%s: %s: %s\n", note.state == model::CoverageNote::State::error ? "not read" : "skipped",
                   base::escape_terminal(note.what).c_str(), base::escape_terminal(note.why).c_str());
    }
  }
  if (unread > kNotesShown) {
    std::fprintf(stderr, "and %zu more pieces not read\n", unread - kNotesShown);
  }
  for (size_t i = 0; i < inventory.tampering.size() && i < kNotesShown; ++i) {
    const model::TamperSign& sign = inventory.tampering[i];
    std::fprintf(stderr, "tampering: %s: %s: %s\n", sign.check.c_str(), base::escape_terminal(sign.path).c_str(),
                 base::escape_terminal(sign.detail).c_str());
  }
  if (!inventory.complete) {
    std::fprintf(stderr, "coverage: incomplete, %zu pieces not read\n", unread);
  }
}

}  // namespace

base::Result<model::Inventory> read_inventory(const std::string& source, const base::Limits& limits) {
  if (source.starts_with("registry:")) {
    base::Error error{base::ErrorKind::usage, "images are not read from a registry yet", source, {}, {}, {}};
    error.hint = "save the image to a file (docker save, skopeo copy … oci-archive:…) and give that";
    return std::unexpected(std::move(error));
  }
  const bool root = source.starts_with(kRootPrefix);
  const std::string path = root ? source.substr(kRootPrefix.size()) : source;
  BULKHEAD_TRY(const base::UniqueFd fd, base::open_read(path));
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) {
    return base::fail(base::ErrorKind::io, "cannot look at", path);
  }
  const bool folder = S_ISDIR(info.st_mode);
  if (root && !folder) {
    return base::fail(base::ErrorKind::usage, "is no folder", source);
  }
  if (folder && !root && ::faccessat(fd.get(), "index.json", F_OK, 0) != 0 && ::faccessat(fd.get(), "manifest.json", F_OK, 0) != 0) {
    base::Error error{base::ErrorKind::usage, "is a folder without an OCI layout (no index.json)", source, {}, {}, {}};
    error.hint = "for a root file system say dir:" + source;
    return std::unexpected(std::move(error));
  }
  base::JsonWriter w;
  w.begin_object().member("subject", source).member("root", root).end_object();
  base::WorkerRequest request;
  request.task = "inventory";
  request.request = w.take();
  request.inputs = {{"source", fd.get()}};
  request.limits = limits;
  auto result = base::run_worker(request);
  if (!result) {
    return std::unexpected(std::move(result).error().in("reading " + source));
  }
  base::Limits whole = limits;
  whole.document_bytes = std::max(whole.document_bytes, request.max_output);
  BULKHEAD_TRY(model::Inventory inventory, model::inventory_from_json(result->output, whole));
  if (!result->jailed) {
    inventory.coverage.push_back({model::CoverageNote::State::read, "unjailed", result->unjailed_reason});
  }
  return inventory;
}

bool has_broken_part(const model::Inventory& inventory) {
  return std::ranges::any_of(inventory.coverage, [](const model::CoverageNote& note) {
    return note.state == model::CoverageNote::State::error &&
           (note.what.starts_with(image::kLayerPart) || note.what.starts_with(image::kImagePart));
  });
}

std::string format_components(const model::Inventory& inventory, ComponentFormat format) {
  switch (format) {
    case ComponentFormat::tsv: return as_tsv(inventory);
    case ComponentFormat::table: return as_table(inventory);
    case ComponentFormat::spdx_json: return sbom::write_spdx(inventory);
    case ComponentFormat::cyclonedx_json: return sbom::write_cyclonedx(inventory);
    default: return as_jsonl(inventory);
  }
}

base::Result<int> components(const ComponentsRequest& request) {
  BULKHEAD_TRY(const model::Inventory inventory, read_inventory(request.source));
  const std::string text = format_components(inventory, request.format);
  if (request.output.empty()) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) {
      return base::fail(base::ErrorKind::io, "cannot write", "standard output");
    }
  } else {
    BULKHEAD_CHECK(base::write_file_atomic(request.output, text, 0644));
  }
  print_coverage(inventory);
  if (request.strict && !inventory.complete) {
    return 4;
  }
  return has_broken_part(inventory) ? 3 : 0;
}

}  // namespace bulkhead::app
