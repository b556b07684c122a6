// VEX statements as the database keeps them, and when one speaks of a component.
//
// Sources: OpenVEX specification 0.2.0 ("product", "subcomponents", status and justification words), CSAF 2.0 profile 5 (VEX), the
// CycloneDX guide to VEX. An identifier is a purl or a CPE (2.2 or 2.3). A statement's purl without a version speaks of all
// versions; each qualifier that it has must be the component's, too; a CPE's `*` is anything.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::advisory {

// Stored as numbers: do not renumber.
enum class VexStatus : uint8_t { not_affected = 0, affected = 1, fixed = 2, under_investigation = 3 };
const char* vex_status_name(VexStatus status);
std::optional<VexStatus> vex_status(std::string_view word);  // OpenVEX's words
// One of OpenVEX's five justifications, or empty.
std::string vex_justification(std::string_view word);

// A statement about one subject: the subcomponent inside the product, or the product itself where there is none.
struct StoredVex {
  std::vector<std::string> flaws;  // names: the statement's own first
  std::string product;             // identifier as written
  std::string subcomponent;        // empty: the product itself is the subject
  VexStatus status = VexStatus::under_investigation;
  std::string justification;  // empty none
  std::string words;          // impact or action statement, short
  std::string document, author, date;
  std::string source, file;  // row and feed file that it came from
};

// What identifiers are looked up by: a purl without version, qualifiers and subpath; "cpe:a:vendor:product"; other text as it is.
std::string vex_identity(std::string_view identifier);
// Whether a statement about `subject` speaks of `component` (same identity, and version and qualifiers as said above).
bool vex_covers(std::string_view subject, std::string_view component);

}  // namespace bulkhead::advisory
