// What every SBOM format says of a component, brought into one form, and the inventory made of it.
//
// Understood besides package URL, name and version: our own properties (cyclonedx.h), `upstream`, `distro`, `arch` and `epoch` of
// distribution purls, and the properties in which syft and trivy state source packages, paths and layers. A component without a purl
// is noted as unread: nothing can be looked up by a bare name.
//
// Limits: Limits::components; kNamedUnread notes. Threads: one thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "model/inventory.h"

namespace bulkhead::sbom {

using Properties = std::multimap<std::string, std::string, std::less<>>;

std::string one_property(const Properties& properties, std::string_view name);  // the first; "" where there is none
std::vector<std::string> all_properties(const Properties& properties, std::string_view name);

struct SbomItem {
  std::string purl;  // as the document has it; empty: none
  std::string name;
  std::string version;
  std::vector<std::string> licenses;
  std::vector<std::string> paths;
  Properties properties;
};

class InventoryBuilder {
 public:
  // `format`: Component::cataloger of components that name no other.
  InventoryBuilder(const base::Limits& limits, model::Inventory& inventory, std::string_view format, std::string_view where)
      : limits_(limits), inventory_(inventory), format_(format), where_(where) {}

  base::Status add(SbomItem item);
  // Names of layers' commands, by layer digest.
  std::map<std::string, std::string>& layer_commands() { return commands_; }
  // Fills in what the whole document decides, and sorts.
  void finish();

 private:
  const base::Limits& limits_;
  model::Inventory& inventory_;
  const std::string_view format_;
  const std::string_view where_;
  std::map<std::string, std::string> commands_;
  size_t unread_ = 0;
};

}  // namespace bulkhead::sbom
