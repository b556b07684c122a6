// Version schemes on two hostile versions: an answer or an error, antisymmetric and reflexive. The first byte picks the scheme.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/version.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  if (size == 0) {
    return 0;
  }
  const model::Scheme& scheme = *model::schemes()[data[0] % model::schemes().size()];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t tab = text.find('\t');
  const std::string_view a = text.substr(0, tab);
  const std::string_view b = tab == std::string_view::npos ? std::string_view{} : text.substr(tab + 1);
  const auto forth = scheme.compare(a, b);
  const auto back = scheme.compare(b, a);
  if (forth.has_value() != back.has_value() || (forth && *forth != (0 <=> *back))) {
    std::abort();
  }
  const auto same = scheme.compare(a, a);
  if (same && *same != 0) {
    std::abort();
  }
  if (scheme.valid(a) && !same) {
    std::abort();
  }
  return 0;
}
