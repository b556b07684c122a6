#include <map>

#include "base/json.h"
#include "base/text.h"
#include "sbom/spdx.h"

namespace bulkhead::sbom {
namespace {

// Tags of a package that the reader of JSON knows, with the JSON's names.
const std::map<std::string_view, const char*> kPackageTags = {{"SPDXID", "SPDXID"},
                                                              {"PackageVersion", "versionInfo"},
                                                              {"PackageSourceInfo", "sourceInfo"},
                                                              {"PackageLicenseConcluded", "licenseConcluded"},
                                                              {"PackageLicenseDeclared", "licenseDeclared"},
                                                              {"PrimaryPackagePurpose", "primaryPackagePurpose"}};

// Writes the JSON form of a document while it reads the lines of the other.
class Translator {
 public:
  Translator(std::string_view text, const base::Limits& limits, std::string_view where) : rest_(text), limits_(limits), where_(where) {}

  base::Result<std::string> run() {
    w_.begin_object();
    w_.key("packages").begin_array();
    while (next_line()) {
      const std::string_view line = base::trim(line_);
      if (line.empty() || line.starts_with('#')) {
        continue;
      }
      const auto [tag, value] = base::split_once(line, ':');
      if (!value) {
        return fail("is no tag and value");
      }
      BULKHEAD_TRY(const std::string whole, whole_value(base::trim(*value)));
      take(base::trim(tag), whole);
    }
    close_package();
    w_.end_array();
    w_.key("relationships").begin_array();
    for (const auto& [from, to] : describes_) {
      w_.begin_object().member("spdxElementId", from).member("relationshipType", "DESCRIBES").member("relatedSpdxElement", to).end_object();
    }
    w_.end_array();
    w_.member("spdxVersion", version_).end_object();
    return w_.take();
  }

 private:
  bool next_line() {
    if (rest_.empty()) {
      return false;
    }
    const size_t end = rest_.find('\n');
    line_ = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    ++number_;
    return true;
  }

  // "<text>" may go on over lines up to "</text>".
  base::Result<std::string> whole_value(std::string_view value) {
    constexpr std::string_view kOpen = "<text>";
    constexpr std::string_view kClose = "</text>";
    if (!value.starts_with(kOpen)) {
      return std::string(value);
    }
    std::string out(value.substr(kOpen.size()));
    size_t end = out.find(kClose);
    while (end == std::string::npos) {
      if (!next_line()) {
        return fail("starts a text that does not end");
      }
      const size_t before = out.size();
      out.append("\n").append(line_);
      end = out.find(kClose, before);
      if (out.size() > limits_.string_bytes) {
        return base::fail(base::ErrorKind::limit, "a text is longer than " + base::human_bytes(limits_.string_bytes), place());
      }
    }
    out.resize(end);
    return out;
  }

  void take(std::string_view tag, const std::string& value) {
    if (tag == "SPDXVersion") {
      version_ = value;
    } else if (tag == "PackageName") {
      close_package();
      w_.begin_object().member("name", value);
      in_package_ = true;
    } else if (tag == "FileName" || tag == "SnippetSPDXID" || tag == "LicenseID") {
      close_package();
    } else if (tag == "Relationship") {
      const std::vector<std::string_view> parts = base::split(value, ' ');
      if (parts.size() >= 3 && parts[1] == "DESCRIBES") {
        describes_.emplace_back(parts[0], parts[2]);
      }
    } else if (!in_package_) {
      return;
    } else if (tag == "ExternalRef") {
      // CATEGORY TYPE LOCATOR
      const std::vector<std::string_view> parts = base::split(value, ' ');
      if (parts.size() >= 3) {
        references_.emplace_back(parts[1], parts[2]);
      }
    } else if (tag == "PackageAttributionText") {
      attributions_.push_back(value);
    } else if (const auto known = kPackageTags.find(tag); known != kPackageTags.end()) {
      w_.member(known->second, value);
    }
  }

  void close_package() {
    if (!in_package_) {
      return;
    }
    w_.key("externalRefs").begin_array();
    for (const auto& [type, locator] : references_) {
      w_.begin_object().member("referenceType", type).member("referenceLocator", locator).end_object();
    }
    w_.end_array().member("attributionTexts", attributions_).end_object();
    references_.clear();
    attributions_.clear();
    in_package_ = false;
  }

  std::string place() const { return std::string(where_) + ", line " + base::with_thousands(number_); }
  std::unexpected<base::Error> fail(std::string what) const { return base::fail(base::ErrorKind::input, std::move(what), place()); }

  std::string_view rest_;
  std::string_view line_;
  const base::Limits& limits_;
  const std::string_view where_;
  uint64_t number_ = 0;
  base::JsonWriter w_;
  std::string version_;
  bool in_package_ = false;
  std::vector<std::pair<std::string, std::string>> references_;
  std::vector<std::string> attributions_;
  std::vector<std::pair<std::string, std::string>> describes_;
};

}  // namespace

base::Result<model::Inventory> read_spdx_tag_value(std::string_view text, const base::Limits& limits, std::string_view where) {
  if (text.size() > limits.document_bytes) {
    return base::fail(base::ErrorKind::limit, "is larger than the limit of " + base::human_bytes(limits.document_bytes), std::string(where));
  }
  BULKHEAD_TRY(const std::string json, Translator(text, limits, where).run());
  return read_spdx(json, limits, where);
}

}  // namespace bulkhead::sbom
