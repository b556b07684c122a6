// RubyGems versions as Gem::Version orders them.
//
// Segments are runs of digits and runs of letters; '-' stands for ".pre.". The numbers before the first letters, and what follows,
// each drop their trailing zeros. Letters sort before numbers and before nothing: "1.0.a" < "1.0".
//
// Source: https://docs.ruby-lang.org/en/3.3/Gem/Version.html; compared with RubyGems in tests/system/version_oracles.py.
#include <array>
#include <memory_resource>
#include <vector>

#include "model/version/internal/part.h"

namespace bulkhead::model::version_scheme {
namespace {

class GemVersion {
 public:
  base::Status parse(std::string_view whole) {
    BULKHEAD_CHECK(check_length(whole));
    std::string_view text = whole;
    constexpr std::string_view kBlank = " \t\n\r\f\v";
    text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
    text = text.substr(0, text.find_last_not_of(kBlank) + 1);
    if (text.empty()) {
      return {};  // RubyGems reads it as 0
    }
    BULKHEAD_CHECK(check(text, whole));
    size_t first_text = 0;
    while (!text.empty()) {
      const char c = text.front();
      size_t n = 1;
      if (is_digit(c)) {
        n = digits_at(text);
        segments_.push_back(text.substr(0, n));
      } else if (is_alpha(c)) {
        while (n < text.size() && is_alpha(text[n])) {
          ++n;
        }
        first_text = note_text(first_text);
        segments_.push_back(text.substr(0, n));
      } else if (c == '-') {
        first_text = note_text(first_text);
        segments_.push_back("pre");
      }
      text.remove_prefix(n);
    }
    drop_zeros(first_text);
    return {};
  }

  std::strong_ordering compare(const GemVersion& other) const {
    const size_t count = std::max(segments_.size(), other.segments_.size());
    for (size_t i = 0; i < count; ++i) {
      const std::string_view left = i < segments_.size() ? segments_[i] : "0";
      const std::string_view right = i < other.segments_.size() ? other.segments_[i] : "0";
      const bool left_number = is_digit(left.front());
      const bool right_number = is_digit(right.front());
      const std::strong_ordering order = left_number && right_number   ? compare_digits(left, right)
                                         : left_number != right_number ? left_number <=> right_number
                                                                       : compare_bytes(left, right);
      if (order != 0) {
        return order;
      }
    }
    return std::strong_ordering::equal;
  }

 private:
  // digits{.alnum}[-alnum{.alnum}], '-' may also stand inside the part after the first '-'.
  static base::Status check(std::string_view text, std::string_view whole) {
    if (digits_at(text) == 0) {
      return bad_version("Malformed version number string", whole);
    }
    const size_t hyphen = text.find('-');
    std::string_view rest = text.substr(0, hyphen);
    std::string_view head = rest.substr(0, rest.find('.'));
    bool good = all_digits(head);
    const auto parts_good = [](std::string_view list, bool hyphens) {
      for (bool more = true; more;) {
        more = list.find('.') != std::string_view::npos;
        const std::string_view part = cut_part(list, '.');
        if (part.empty()) {
          return false;
        }
        for (const char c : part) {
          if (!is_alnum(c) && !(hyphens && c == '-')) {
            return false;
          }
        }
      }
      return true;
    };
    good = good && parts_good(rest, false) && (hyphen == std::string_view::npos || parts_good(text.substr(hyphen + 1), true));
    if (!good) {
      return bad_version("Malformed version number string", whole);
    }
    return {};
  }

  // Index of the first segment that is no number, plus one; 0 where there is none.
  size_t note_text(size_t first_text) const { return first_text == 0 ? segments_.size() + 1 : first_text; }

  static bool is_zero(std::string_view segment) { return is_digit(segment.front()) && without_leading_zeros(segment).empty(); }

  void drop_zeros(size_t first_text) {
    while (!segments_.empty() && is_zero(segments_.back())) {
      segments_.pop_back();
    }
    if (first_text > 0) {
      size_t keep = first_text - 1;
      while (keep > 0 && is_zero(segments_[keep - 1])) {
        --keep;
      }
      segments_.erase(segments_.begin() + static_cast<std::ptrdiff_t>(keep),
                      segments_.begin() + static_cast<std::ptrdiff_t>(first_text - 1));
    }
  }

  std::array<std::byte, 1024> buffer_;
  std::pmr::monotonic_buffer_resource pool_{buffer_.data(), buffer_.size()};
  std::pmr::vector<std::string_view> segments_{&pool_};
};

base::Result<std::strong_ordering> compare(std::string_view a, std::string_view b) {
  GemVersion left;
  GemVersion right;
  BULKHEAD_CHECK(left.parse(a));
  BULKHEAD_CHECK(right.parse(b));
  return left.compare(right);
}

base::Status valid(std::string_view version) {
  GemVersion parsed;
  BULKHEAD_CHECK(parsed.parse(version));
  return {};
}

constexpr const char* kPurlTypes[] = {"gem"};

}  // namespace

extern constinit const Scheme gem{"gem", kPurlTypes, "https://docs.ruby-lang.org/en/3.3/Gem/Version.html", compare, valid};

}  // namespace bulkhead::model::version_scheme
