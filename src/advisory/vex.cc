#include "advisory/vex.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "model/purl.h"

namespace bulkhead::advisory {
namespace {

constexpr std::array kStatuses = {"not_affected", "affected", "fixed", "under_investigation"};
constexpr std::array kJustifications = {"component_not_present", "vulnerable_code_not_present", "vulnerable_code_not_in_execute_path",
                                        "vulnerable_code_cannot_be_controlled_by_adversary", "inline_mitigations_already_exist"};
constexpr size_t kCpeParts = 11;  // part vendor product version update edition language sw_edition target_sw target_hw other

// The parts of a CPE in either form, unescaped enough to be compared; missing ones are "*".
std::optional<std::vector<std::string>> cpe_parts(std::string_view text) {
  const bool new_form = text.starts_with("cpe:2.3:");
  if (!new_form && !text.starts_with("cpe:/")) {
    return std::nullopt;
  }
  text.remove_prefix(new_form ? 8 : 5);
  std::vector<std::string> out(1);
  for (size_t i = 0; i < text.size() && out.size() <= kCpeParts; ++i) {
    if (text[i] == ':') {
      out.emplace_back();
    } else if (new_form && text[i] == '\\' && i + 1 < text.size()) {
      out.back() += text[++i];
    } else {
      out.back() += text[i];
    }
  }
  for (std::string& part : out) {
    part = base::lower_ascii(new_form ? part : base::percent_decode(part));
    if (part.empty()) {
      part = "*";
    }
  }
  out.resize(kCpeParts, "*");
  return out;
}

std::string_view without_v(std::string_view version) {
  return version.size() > 1 && version[0] == 'v' && version[1] >= '0' && version[1] <= '9' ? version.substr(1) : version;
}

}  // namespace

const char* vex_status_name(VexStatus status) { return kStatuses[static_cast<size_t>(status)]; }

std::optional<VexStatus> vex_status(std::string_view word) {
  const auto at = std::find(kStatuses.begin(), kStatuses.end(), word);
  return at == kStatuses.end() ? std::nullopt : std::optional(static_cast<VexStatus>(at - kStatuses.begin()));
}

std::string vex_justification(std::string_view word) {
  return std::find(kJustifications.begin(), kJustifications.end(), word) == kJustifications.end() ? std::string() : std::string(word);
}

std::string vex_identity(std::string_view identifier) {
  if (identifier.starts_with("pkg:")) {
    auto purl = model::parse_purl(identifier);
    if (!purl) {
      return std::string(identifier);
    }
    purl->version.clear();
    purl->qualifiers.clear();
    purl->subpath.clear();
    return model::to_text(*purl);
  }
  if (const auto parts = cpe_parts(identifier)) {
    return "cpe:" + (*parts)[0] + ":" + (*parts)[1] + ":" + (*parts)[2];
  }
  return std::string(identifier);
}

bool vex_covers(std::string_view subject, std::string_view component) {
  if (vex_identity(subject) != vex_identity(component)) {
    return false;
  }
  if (subject.starts_with("pkg:")) {
    const auto said = model::parse_purl(subject), asked = model::parse_purl(component);
    if (!said || !asked) {
      return subject == component;
    }
    if (!said->version.empty() && without_v(said->version) != without_v(asked->version)) {
      return false;
    }
    return std::all_of(said->qualifiers.begin(), said->qualifiers.end(),
                       [&](const auto& q) { return asked->qualifier(q.first) == q.second; });
  }
  const auto said = cpe_parts(subject), asked = cpe_parts(component);
  if (!said || !asked) {
    return subject == component;
  }
  for (size_t i = 0; i < kCpeParts; ++i) {
    if ((*said)[i] != "*" && (*said)[i] != (*asked)[i]) {
      return false;
    }
  }
  return true;
}

}  // namespace bulkhead::advisory
