// The serial number of a document, made from its content.
#pragma once

#include <string>
#include <string_view>

namespace bulkhead::sbom {

// "urn:uuid:…", RFC 9562 version 8 (own layout): the content's digest, so that the same content has the same number.
std::string serial_number(std::string_view content);

}  // namespace bulkhead::sbom
