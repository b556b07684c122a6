// Ruby gems: specifications/NAME-VERSION[-PLATFORM].gemspec, and those of the gems that come with Ruby in specifications/default/.
//
// RubyGems writes these files when it installs; they are Ruby programs, of which only literal text is read, never run: the stub line
// "# stub: NAME VERSION PLATFORM REQUIRE_PATHS", or assignments "x.name = "…"" and "x.version = "…"" (also Gem::Version.new("…")).
// Where neither says both, the file name does. A gemspec elsewhere is a source tree's and names files, not an installed gem.
// Source: RubyGems, lib/rubygems/stub_specification.rb and specification.rb (to_ruby).
#include "base/text.h"
#include "catalog/cataloger.h"
#include "catalog/internal/purl.h"

namespace bulkhead::catalog::ecosystem {
namespace {

constexpr uint64_t kMaxBytes = 4 << 20;
constexpr std::string_view kEnding = ".gemspec";

bool wants(std::string_view path, uint64_t, std::string_view) {
  if (!path.ends_with(kEnding)) {
    return false;
  }
  const std::string_view folder = path.substr(0, path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/'));
  return folder.ends_with("/specifications") || folder.ends_with("/specifications/default") || folder == "specifications" ||
         folder == "specifications/default";
}

struct Gem {
  std::string name;
  std::string version;
  std::string platform;
  std::vector<std::string> licenses;
};

// The texts between quotes of `code`: "MIT".freeze, 'x', ["a".freeze, "b"].
std::vector<std::string> quoted(std::string_view code) {
  std::vector<std::string> out;
  for (size_t at = code.find_first_of("\"'"); at != std::string_view::npos; at = code.find_first_of("\"'", at)) {
    const size_t end = code.find(code[at], at + 1);
    if (end == std::string_view::npos) {
      break;
    }
    const std::string_view text = code.substr(at + 1, end - at - 1);
    if (text.find("#{") != std::string_view::npos || text.find('\\') != std::string_view::npos) {
      return {};  // computed, not literal
    }
    out.emplace_back(text);
    at = end + 1;
  }
  return out;
}

bool is_number(std::string_view text) { return !text.empty() && text.front() >= '0' && text.front() <= '9'; }

Gem parse(std::string_view text, std::string_view file_name) {
  Gem gem;
  for (std::string_view line : base::split(text, '\n')) {
    line = base::trim(line);
    constexpr std::string_view kStub = "# stub: ";
    if (line.starts_with(kStub)) {
      const std::vector<std::string_view> parts = base::split(line.substr(kStub.size()), ' ');
      if (parts.size() >= 3 && is_number(parts[1])) {
        gem.name = parts[0];
        gem.version = parts[1];
        gem.platform = parts[2];
      }
      continue;
    }
    // "s.name = ", "spec.version   =": one receiver, one attribute.
    const auto [left, right] = base::split_once(line, '=');
    const size_t dot = left.find('.');
    if (!right || dot == std::string_view::npos || line.starts_with('#') || right->starts_with('=')) {
      continue;
    }
    const std::string_view attribute = base::trim(left.substr(dot + 1));
    const bool name = attribute == "name" && gem.name.empty();
    const bool version = attribute == "version" && gem.version.empty();
    const bool license = attribute == "licenses" || attribute == "license";
    if (!name && !version && !license) {
      continue;
    }
    std::vector<std::string> texts = quoted(*right);
    if (license) {
      gem.licenses = std::move(texts);
    } else if (texts.size() == 1 && name) {
      gem.name = std::move(texts.front());
    } else if (texts.size() == 1 && is_number(texts.front())) {
      gem.version = std::move(texts.front());
    }
  }
  if (gem.name.empty() || gem.version.empty()) {
    // NAME-VERSION[-PLATFORM]: the version starts at the last "-DIGIT" that only letters, digits and dots follow up to '-' or the end.
    const std::string_view stem = file_name.substr(0, file_name.size() - kEnding.size());
    for (size_t at = stem.find('-'); at != std::string_view::npos; at = stem.find('-', at + 1)) {
      const std::string_view rest = stem.substr(at + 1);
      if (is_number(rest)) {
        gem.name = stem.substr(0, at);
        gem.version = rest.substr(0, rest.find('-'));
        gem.platform = rest.find('-') == std::string_view::npos ? "" : rest.substr(rest.find('-') + 1);
        break;
      }
    }
  }
  return gem;
}

base::Status read(const FileView& file, Sink& sink) {
  if (file.bytes.size() > kMaxBytes) {
    return base::fail(base::ErrorKind::limit, "a gemspec is larger than " + base::human_bytes(kMaxBytes), std::string(file.path));
  }
  Gem gem = parse(file.bytes, file.path.substr(file.path.rfind('/') + 1));
  if (gem.name.empty() || gem.version.empty() || !base::valid_utf8(gem.name) || !base::valid_utf8(gem.version)) {
    return base::fail(base::ErrorKind::input, "neither the gemspec nor its name says which gem it is", std::string(file.path));
  }
  if (!base::valid_utf8(gem.platform) || gem.platform == "ruby") {
    gem.platform.clear();
  }
  model::Component c;
  c.type = "gem";
  c.name = gem.name;
  c.version = gem.version;
  c.purl = make_purl("gem", "", gem.name, gem.version, {{"platform", gem.platform}});
  c.licenses = std::move(gem.licenses);
  std::erase_if(c.licenses, [](const std::string& text) { return !base::valid_utf8(text); });
  sink.component(std::move(c));
  return {};
}

}  // namespace

extern constinit const Cataloger gem{.name = "gem",
                                     .purl_type = "gem",
                                     .reads = "specifications/*.gemspec, specifications/default/*.gemspec",
                                     .wants = wants,
                                     .wants_digests = nullptr,
                                     .announces = nullptr,
                                     .read = read,
                                     .finish = nullptr};

}  // namespace bulkhead::catalog::ecosystem
