#include "catalog/internal/purl.h"

#include "model/purl.h"

namespace bulkhead::catalog {

std::string make_purl(std::string_view type, std::string_view space, std::string_view name, std::string_view version,
                      std::vector<std::pair<std::string, std::string>> qualifiers) {
  model::Purl parts{std::string(type), std::string(space), std::string(name), std::string(version), {}, {}};
  for (auto& [key, value] : qualifiers) {
    if (!value.empty()) {
      parts.qualifiers.emplace_back(std::move(key), std::move(value));
    }
  }
  const auto purl = model::make_purl(std::move(parts));
  return purl ? model::to_text(*purl) : std::string();
}

}  // namespace bulkhead::catalog
