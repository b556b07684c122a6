#include "advisory/internal/errata.h"

#include <algorithm>

#include "base/text.h"
#include "model/version.h"

namespace bulkhead::advisory {
namespace {

bool digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c != 0x7F; });
}

}  // namespace

base::Status add_erratum(const Erratum& erratum, Sink& sink) {
  if (erratum.affected.empty() || (erratum.flaws.empty() && !erratum.unnamed)) {
    return {};
  }
  Advisory a;
  a.published = erratum.published;
  a.modified = erratum.modified;
  a.summary = erratum.summary;
  a.affected = erratum.affected;
  const auto noted = [&](const std::string& id) {
    for (size_t i = 0; i < a.affected.size(); ++i) {
      const std::string& more = erratum.affected[i].note;
      a.affected[i].note = id + (id.empty() || more.empty() ? "" : "; ") + more;
    }
  };
  noted(erratum.id);
  if (erratum.flaws.empty()) {
    a.id = erratum.id;
    a.severity = erratum.severity;
    noted({});
    return sink.add(a);
  }
  for (const ErratumFlaw& flaw : erratum.flaws) {
    a.id = flaw.name;
    a.cvss = flaw.cvss;
    a.severity = flaw.severity.empty() ? erratum.severity : flaw.severity;
    if (flaw.name == erratum.id) {
      noted({});
    }
    BULKHEAD_CHECK(sink.add(a));
  }
  return {};
}

std::string fixed_range(std::string_view version) { return "introduced 0\nfixed " + std::string(version); }

bool usable_version(std::string_view version) { return !version.empty() && version.size() <= model::kMaxVersionBytes && visible(version); }

bool usable_package(std::string_view name) { return !name.empty() && name.size() <= 200 && visible(name) && name.find('/') == name.npos; }

std::string module_note(std::string_view module) { return module.empty() ? std::string() : "module " + std::string(module); }

std::string variant_name(std::string_view variant, std::string_view package) {
  return variant.empty() ? std::string(package) : std::string(variant) + "/" + std::string(package);
}

std::string_view version_variant(std::string_view version) {
  if (version.contains(".ksplice")) {
    return "ksplice";
  }
  return version.ends_with("_fips") ? "fips" : std::string_view();
}

std::optional<std::string> checked_evr(std::string_view package, std::string_view evr) {
  const size_t colon = evr.find(':');
  const std::string_view epoch = colon == evr.npos ? std::string_view() : evr.substr(0, colon + 1);
  std::string_view rest = base::trim(evr.substr(epoch.size()));
  if (std::count(rest.begin(), rest.end(), '-') > 1) {
    for (size_t dash = package.find('-'); dash != package.npos; dash = package.find('-', dash + 1)) {
      const std::string tail = std::string(package.substr(dash + 1)) + "-";
      if (rest.starts_with(tail)) {
        rest.remove_prefix(tail.size());
        break;
      }
    }
  }
  const bool good = usable_version(rest) && std::count(rest.begin(), rest.end(), '-') <= 1 && rest.front() != '-' &&
                    (epoch.empty() || digits(epoch.substr(0, epoch.size() - 1)));
  return good ? std::optional(std::string(epoch) + std::string(rest)) : std::nullopt;
}

std::string evr_of(std::string_view epoch, std::string_view version, std::string_view release) {
  return (epoch.empty() || epoch == "0" ? "" : std::string(epoch) + ":") + std::string(version) +
         (release.empty() ? "" : "-" + std::string(release));
}

std::optional<Nevra> nevra_of(std::string_view text, bool with_arch) {
  Nevra out;
  if (text.ends_with(".rpm")) {
    text.remove_suffix(4);
  }
  if (with_arch) {
    const size_t dot = text.rfind('.');
    if (dot == text.npos) {
      return std::nullopt;
    }
    out.arch = text.substr(dot + 1);
    text = text.substr(0, dot);
  }
  const size_t release = text.rfind('-');
  const size_t version = release == text.npos || release == 0 ? text.npos : text.rfind('-', release - 1);
  if (version == text.npos) {
    return std::nullopt;
  }
  out.name = text.substr(0, version);
  out.evr = text.substr(version + 1);
  if (out.evr.starts_with("0:")) {
    out.evr.erase(0, 2);
  }
  const auto evr = checked_evr(out.name, out.evr);
  return usable_package(out.name) && evr ? std::optional(out) : std::nullopt;
}

std::string vector_of(std::string_view text) {
  text = base::trim(text);
  const auto [score, rest] = base::split_once(text, '/');
  if (rest && base::parse_double(score)) {
    text = *rest;
  }
  const bool bare = text.starts_with("AV:");
  if ((!bare && !text.starts_with("CVSS:")) || text.size() >= 300 || !visible(text)) {
    return {};
  }
  return (bare && text.contains("/PR:") ? "CVSS:3.1/" : "") + std::string(text);  // openEuler leaves the prefix out
}

std::string date_of(std::string_view text) {
  text = base::trim(text);
  if (std::string whole = checked_date(text); !whole.empty()) {
    return whole;
  }
  if (text.size() >= 8 && digits(text.substr(0, 8)) && (text.size() == 8 || text[8] == 'T')) {
    return checked_date(std::string(text.substr(0, 4)) + "-" + std::string(text.substr(4, 2)) + "-" + std::string(text.substr(6, 2)));
  }
  return checked_date(text.substr(0, std::min<size_t>(10, text.size())));
}

std::vector<std::string> flaws_in(std::string_view text) {
  std::vector<std::string> out;
  for (size_t at = text.find("CVE-"); at != text.npos; at = text.find("CVE-", at + 4)) {
    size_t end = at + 4;
    while (end < text.size() && ((text[end] >= '0' && text[end] <= '9') || text[end] == '-')) {
      ++end;
    }
    std::string name(text.substr(at, end - at));
    while (name.ends_with('-')) {
      name.pop_back();
    }
    if (is_cve(name) && std::find(out.begin(), out.end(), name) == out.end()) {
      out.push_back(std::move(name));
    }
  }
  return out;
}

}  // namespace bulkhead::advisory
