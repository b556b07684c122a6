// Texts that repeat, each stored once and named by a number: a feed says few things of many packages.
//
// Numbers count from 0 in the order of first use; 0 is the empty text. Views live as long as the pool (moving it keeps them).
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace bulkhead::advisory {

class TextPool {
 public:
  TextPool() { id({}); }
  TextPool(const TextPool& other) : texts_(other.texts_) {}
  TextPool(TextPool&&) noexcept = default;
  TextPool& operator=(const TextPool& other) {
    texts_ = other.texts_;
    ids_.clear();
    return *this;
  }
  TextPool& operator=(TextPool&&) noexcept = default;
  ~TextPool() = default;

  uint32_t id(std::string_view text) {
    if (ids_.size() != texts_.size()) {  // sealed or copied
      ids_.clear();
      for (uint32_t i = 0; i < texts_.size(); ++i) {
        ids_.emplace(texts_[i], i);
      }
    }
    if (const auto at = ids_.find(text); at != ids_.end()) {
      return at->second;
    }
    texts_.emplace_back(text);
    ids_.emplace(texts_.back(), static_cast<uint32_t>(texts_.size() - 1));
    return static_cast<uint32_t>(texts_.size() - 1);
  }
  std::string_view operator[](uint32_t id) const { return texts_[id]; }
  // Gives back the memory of the index; a later id() makes it again.
  void seal() { ids_ = {}; }

 private:
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, uint32_t> ids_;  // views into texts_
};

}  // namespace bulkhead::advisory
