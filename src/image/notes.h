// Collects what was not read, in bounded number: a hostile archive may hold millions of bad entries.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "model/inventory.h"

namespace bulkhead::image {

// Prefixes of CoverageNote::what for the image's own parts. A note of State::error whose `what` starts so means that the
// input itself, and not one file in it, could not be read.
inline constexpr const char* kLayerPart = "layer ";
inline constexpr const char* kImagePart = "image ";

class Notes {
 public:
  explicit Notes(model::Inventory& inventory) : inventory_(inventory) {}

  // Something of the content was not read: the inventory is incomplete from here on.
  void error(std::string what, std::string why) { add(model::CoverageNote::State::error, std::move(what), std::move(why)); }
  void error(std::string what, const base::Error& why) { error(std::move(what), why.text()); }
  void skipped(std::string what, std::string why) { add(model::CoverageNote::State::skipped, std::move(what), std::move(why)); }
  void tamper(std::string check, std::string path, std::string detail);

 private:
  void add(model::CoverageNote::State state, std::string what, std::string why);

  model::Inventory& inventory_;
  size_t notes_ = 0;
  size_t signs_ = 0;
};

}  // namespace bulkhead::image
