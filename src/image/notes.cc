#include "image/notes.h"

namespace bulkhead::image {
namespace {

constexpr size_t kMaxNotes = 1000;
constexpr size_t kMaxText = 4096;

std::string cut(std::string text) {
  if (text.size() > kMaxText) {
    text.resize(kMaxText);
    text += "…";
  }
  return text;
}

}  // namespace

void Notes::add(model::CoverageNote::State state, std::string what, std::string why) {
  inventory_.complete = false;
  // Notes on whole layers are few (Limits::layers) and must not be crowded out by notes on entries.
  const bool part = what.starts_with(kLayerPart) || what.starts_with(kImagePart);
  if (!part && ++notes_ > kMaxNotes) {
    if (notes_ == kMaxNotes + 1) {
      inventory_.coverage.push_back({model::CoverageNote::State::error, "more notes",
                                     "over " + std::to_string(kMaxNotes) + " pieces were not read; the rest is not listed"});
    }
    return;
  }
  inventory_.coverage.push_back({state, cut(std::move(what)), cut(std::move(why))});
}

void Notes::tamper(std::string check, std::string path, std::string detail) {
  if (++signs_ <= kMaxNotes) {
    inventory_.tampering.push_back({std::move(check), cut(std::move(path)), cut(std::move(detail))});
  }
}

}  // namespace bulkhead::image
