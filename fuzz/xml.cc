// XML: no input may crash the reader, and what it gives stays in its limits.
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "base/xml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  bulkhead::base::Limits limits;
  limits.document_bytes = 1 << 20;
  limits.depth = 32;
  const std::string_view wanted[] = {"def", "glsa"};
  const auto check = [](const bulkhead::base::XmlElement& e) -> bulkhead::base::Status {
    if (!bulkhead::base::valid_utf8(e.text) || e.line == 0) {
      std::abort();
    }
    return {};
  };
  (void)bulkhead::base::each_xml_element({reinterpret_cast<const char*>(data), size}, wanted, limits, "fuzz", check);
  return 0;
}
