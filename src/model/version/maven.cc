// Maven versions as org.apache.maven.artifact.versioning.ComparableVersion of Maven 3.9 orders them.
//
// The text splits at '.', '-' and between digits and letters into nested lists. Since a list is only ever opened as the last
// element of the list before it, the nesting is a chain, and a version is stored as one row of items cut into segments:
// segment k+1 is the last element of segment k. Every list drops its trailing nulls (0, "", "final", "ga", "release"); an
// emptied last list goes too.
// Qualifiers sort alpha < beta < milestone < rc = cr < snapshot < "" = final = ga = release < sp < all others, alphabetically.
// Between kinds: qualifier < list < number.
//
// Cost: linear in the text, no allocation for versions of usual length.
// Source: https://maven.apache.org/pom.html#version-order-specification and maven-artifact 3.9.11, compared with it in
// tests/system/version_oracles.py. Known difference: letters are lowered, and digits known, in ASCII only.
#include <algorithm>
#include <array>
#include <memory_resource>
#include <vector>

#include "model/version/internal/part.h"

namespace bulkhead::model::version_scheme {
namespace {

// Rank among the known qualifiers; all unknown ones share the last rank and sort by their text.
constexpr std::array<std::string_view, 7> kQualifiers = {"alpha", "beta", "milestone", "rc", "snapshot", "", "sp"};
constexpr size_t kReleaseRank = 5;

size_t rank_of(std::string_view qualifier, bool digits_follow) {
  if (digits_follow && qualifier.size() == 1) {  // a1, b1, m1 stand for alpha-1, beta-1, milestone-1
    switch (qualifier.front()) {
      case 'a': return 0;
      case 'b': return 1;
      case 'm': return 2;
      default: return kQualifiers.size();
    }
  }
  if (qualifier == "ga" || qualifier == "final" || qualifier == "release") {
    return kReleaseRank;
  }
  if (qualifier == "cr") {
    return 3;
  }
  size_t rank = 0;
  while (rank < kQualifiers.size() && kQualifiers[rank] != qualifier) {
    ++rank;
  }
  return rank;
}

struct Item {
  std::string_view text;  // a number's digits without leading zeros, or a qualifier
  uint8_t rank = 0;       // of a qualifier
  bool number = false;

  bool is_null() const { return number ? text.empty() : rank == kReleaseRank; }
};

std::strong_ordering compare_items(const Item& a, const Item& b) {
  if (a.number || b.number) {
    return a.number && b.number ? compare_digits(a.text, b.text) : a.number <=> b.number;
  }
  return a.rank != b.rank || a.rank < kQualifiers.size() ? a.rank <=> b.rank : compare_bytes(a.text, b.text);
}

std::strong_ordering compare_to_nothing(const Item& item) {
  return item.number ? !item.text.empty() <=> false : static_cast<size_t>(item.rank) <=> kReleaseRank;
}

struct Segment {
  size_t begin = 0;
  size_t end = 0;
};

class MavenVersion {
 public:
  explicit MavenVersion(std::string_view text) {
    lowered_.reserve(text.size());
    for (const char c : text) {
      lowered_ += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    items_.reserve(text.size() + 1);
    segments_.reserve(text.size() + 2);
    segments_.push_back({});
    split(lowered_);
    segments_.back().end = items_.size();
    normalize();
  }
  MavenVersion(const MavenVersion&) = delete;
  MavenVersion& operator=(const MavenVersion&) = delete;

  std::strong_ordering compare(const MavenVersion& other) const {
    for (size_t segment = 0;; ++segment) {
      Segment left = segments_[segment];
      Segment right = other.segments_[segment];
      while (left.begin < left.end && right.begin < right.end) {
        if (const auto order = compare_items(items_[left.begin++], other.items_[right.begin++]); order != 0) {
          return order;
        }
      }
      const bool left_list = segment + 1 < segments_.size();
      const bool right_list = segment + 1 < other.segments_.size();
      if (left.begin < left.end) {
        return right_list ? number_or_less(items_[left.begin]) : rest_to_nothing(segment, left.begin);
      }
      if (right.begin < right.end) {
        return left_list ? 0 <=> number_or_less(other.items_[right.begin]) : 0 <=> other.rest_to_nothing(segment, right.begin);
      }
      if (!left_list || !right_list) {
        return left_list    ? rest_to_nothing(segment + 1, segments_[segment + 1].begin)
               : right_list ? 0 <=> other.rest_to_nothing(segment + 1, other.segments_[segment + 1].begin)
                            : std::strong_ordering::equal;
      }
    }
  }

 private:
  void split(std::string_view text) {
    bool digit = false;
    size_t start = 0;
    for (size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c == '.' || c == '-') {
        if (i == start) {
          items_.push_back({{}, 0, true});  // nothing between separators is 0
        } else {
          add(text.substr(start, i - start), digit, false);
        }
        start = i + 1;
        if (c == '-') {
          open_list();
        }
      } else if (is_digit(c)) {
        if (!digit && i > start) {
          open_list_unless_empty();  // "1.x" is read as "1-x"
          add(text.substr(start, i - start), false, true);
          start = i;
          open_list();
        }
        digit = true;
      } else {
        if (digit && i > start) {
          add(text.substr(start, i - start), true, false);
          start = i;
          open_list();
        }
        digit = false;
      }
    }
    if (text.size() > start) {
      if (!digit) {
        open_list_unless_empty();
      }
      add(text.substr(start), digit, false);
    }
  }

  void add(std::string_view token, bool digit, bool digits_follow) {
    if (digit) {
      items_.push_back({without_leading_zeros(token), 0, true});
    } else {
      items_.push_back({token, static_cast<uint8_t>(rank_of(token, digits_follow)), false});
    }
  }

  void open_list() {
    segments_.back().end = items_.size();
    segments_.push_back({items_.size(), 0});
  }

  void open_list_unless_empty() {
    if (items_.size() > segments_.back().begin) {
      open_list();
    }
  }

  void normalize() {
    for (Segment& segment : segments_) {
      while (segment.end > segment.begin && items_[segment.end - 1].is_null()) {
        --segment.end;
      }
    }
    while (segments_.size() > 1 && segments_.back().begin == segments_.back().end) {
      segments_.pop_back();
    }
  }

  // An item against a list.
  static std::strong_ordering number_or_less(const Item& item) {
    return item.number ? std::strong_ordering::greater : std::strong_ordering::less;
  }

  // What stands from item `at` of `segment` to the end, lists included, against nothing.
  std::strong_ordering rest_to_nothing(size_t segment, size_t at) const {
    for (; segment < segments_.size(); ++segment) {
      for (size_t i = std::max(at, segments_[segment].begin); i < segments_[segment].end; ++i) {
        if (const auto order = compare_to_nothing(items_[i]); order != 0) {
          return order;
        }
      }
    }
    return std::strong_ordering::equal;
  }

  std::array<std::byte, 3072> buffer_;
  std::pmr::monotonic_buffer_resource pool_{buffer_.data(), buffer_.size()};
  std::pmr::string lowered_{&pool_};
  std::pmr::vector<Item> items_{&pool_};
  std::pmr::vector<Segment> segments_{&pool_};
};

base::Status valid(std::string_view version) { return check_length(version); }

base::Result<std::strong_ordering> compare(std::string_view a, std::string_view b) {
  BULKHEAD_CHECK(check_length(a));
  BULKHEAD_CHECK(check_length(b));
  return MavenVersion(a).compare(MavenVersion(b));
}

constexpr const char* kPurlTypes[] = {"maven"};

}  // namespace

extern constinit const Scheme maven{"maven", kPurlTypes, "https://maven.apache.org/pom.html#version-order-specification", compare, valid};

}  // namespace bulkhead::model::version_scheme
