// Python versions by PEP 440, as PyPI's packaging.version.Version orders them.
//
// [v][epoch!]N{.N}[{a|b|rc}N][.postN][.devN][+local], in any of the spellings that the PEP normalises. Trailing zeros of the release
// do not count. Within one release: dev < a < b < rc < (final) < post; a dev of something sorts before it; a local version
// after the same without one.
//
// Source: https://packaging.python.org/en/latest/specifications/version-specifiers/; compared with packaging in
// tests/system/version_oracles.py.
#include "base/text.h"
#include "model/version/internal/part.h"

namespace bulkhead::model::version_scheme {
namespace {

struct PepVersion {
  std::string_view epoch;
  std::string_view release;  // "1.2.0"
  int stage = 0;             // of the pre-release: 1 a, 2 b, 3 rc; 0 none
  std::string_view stage_number;
  bool post = false;
  std::string_view post_number;
  bool dev = false;
  std::string_view dev_number;
  bool local = false;
  std::string_view local_text;
};

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

constexpr bool is_separator(char c) { return c == '.' || c == '-' || c == '_'; }

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }
  bool take(char c) {
    if (rest_.empty() || lower(rest_.front()) != c) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view number() {
    const std::string_view digits = rest_.substr(0, digits_at(rest_));
    rest_.remove_prefix(digits.size());
    return digits;
  }
  // An optional separator, one of the words, an optional separator and number. Nothing is taken where the word is missing.
  // Longer words must stand before those they begin with.
  int word_and_number(std::initializer_list<std::pair<std::string_view, int>> words, std::string_view& digits) {
    std::string_view text = rest_;
    if (!text.empty() && is_separator(text.front())) {
      text.remove_prefix(1);
    }
    for (const auto& [word, meaning] : words) {
      if (text.size() < word.size() || !base::iequals_ascii(text.substr(0, word.size()), word)) {
        continue;
      }
      text.remove_prefix(word.size());
      if (!text.empty() && is_separator(text.front())) {
        text.remove_prefix(1);
      }
      digits = text.substr(0, digits_at(text));
      rest_ = text.substr(digits.size());
      return meaning;
    }
    return 0;
  }

 private:
  std::string_view rest_;
};

base::Result<PepVersion> parse(std::string_view whole) {
  BULKHEAD_CHECK(check_length(whole));
  PepVersion version;
  // White space as Python's str.strip knows it within ASCII.
  std::string_view text = whole;
  constexpr std::string_view kBlank = " \t\n\r\f\v\x1c\x1d\x1e\x1f";
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  text = text.substr(0, text.find_last_not_of(kBlank) + 1);
  Reader reader(text);
  reader.take('v');
  std::string_view number = reader.number();
  if (number.empty()) {
    return bad_version("does not begin with a number", whole);
  }
  if (reader.take('!')) {
    version.epoch = number;
    number = reader.number();
    if (number.empty()) {
      return bad_version("no release behind the epoch", whole);
    }
  }
  const char* const begin = number.data();
  std::string_view end = reader.rest();
  while (reader.take('.')) {
    if (reader.number().empty()) {
      break;
    }
    end = reader.rest();
  }
  version.release = std::string_view(begin, static_cast<size_t>(end.data() - begin));
  reader = Reader(end);  // a '.' that belongs to what follows goes back
  version.stage = reader.word_and_number({{"alpha", 1}, {"a", 1}, {"beta", 2}, {"b", 2}, {"preview", 3}, {"pre", 3}, {"c", 3}, {"rc", 3}},
                                         version.stage_number);
  if (reader.rest().starts_with('-') && digits_at(reader.rest().substr(1)) > 0) {
    reader.take('-');
    version.post = true;
    version.post_number = reader.number();
  } else {
    version.post = reader.word_and_number({{"post", 1}, {"rev", 1}, {"r", 1}}, version.post_number) != 0;
  }
  version.dev = reader.word_and_number({{"dev", 1}}, version.dev_number) != 0;
  if (reader.take('+')) {
    version.local = true;
    version.local_text = reader.rest();
    bool separator = true;
    for (const char c : version.local_text) {
      if (!is_alnum(c) && (!is_separator(c) || separator)) {
        return bad_version("invalid local version", whole);
      }
      separator = is_separator(c);
    }
    if (separator) {
      return bad_version("invalid local version", whole);
    }
  } else if (!reader.at_end()) {
    return bad_version("does not follow PEP 440", whole);
  }
  return version;
}

std::strong_ordering compare_release(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    if (const auto order = compare_digits(cut_part(a, '.'), cut_part(b, '.')); order != 0) {
      return order;
    }
  }
  return std::strong_ordering::equal;
}

// 0 a dev of the release itself, 1..3 the pre-releases, 4 final and everything after.
int stage_rank(const PepVersion& version) { return version.stage != 0 ? version.stage : version.dev && !version.post ? 0 : 4; }

std::string_view cut_local(std::string_view& rest) {
  const size_t at = rest.find_first_of("._-");
  const std::string_view part = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return part;
}

std::strong_ordering compare_local(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const std::string_view left = cut_local(a);
    const std::string_view right = cut_local(b);
    const bool left_number = all_digits(left);
    const bool right_number = all_digits(right);
    const std::strong_ordering order = left_number && right_number   ? compare_digits(left, right)
                                       : left_number != right_number ? left_number <=> right_number
                                                                     : compare_bytes(base::lower_ascii(left), base::lower_ascii(right));
    if (order != 0) {
      return order;
    }
  }
  return !a.empty() <=> !b.empty();
}

base::Result<std::strong_ordering> compare(std::string_view a, std::string_view b) {
  BULKHEAD_TRY(const PepVersion left, parse(a));
  BULKHEAD_TRY(const PepVersion right, parse(b));
  if (const auto order = compare_digits(left.epoch, right.epoch); order != 0) {
    return order;
  }
  if (const auto order = compare_release(left.release, right.release); order != 0) {
    return order;
  }
  if (const auto order = stage_rank(left) <=> stage_rank(right); order != 0) {
    return order;
  }
  if (const auto order = compare_digits(left.stage_number, right.stage_number); order != 0) {
    return order;
  }
  if (const auto order = left.post <=> right.post; order != 0) {
    return order;
  }
  if (const auto order = compare_digits(left.post_number, right.post_number); order != 0) {
    return order;
  }
  if (const auto order = right.dev <=> left.dev; order != 0) {
    return order;
  }
  if (const auto order = compare_digits(left.dev_number, right.dev_number); order != 0) {
    return order;
  }
  return left.local && right.local ? compare_local(left.local_text, right.local_text) : left.local <=> right.local;
}

base::Status valid(std::string_view version) {
  BULKHEAD_CHECK(parse(version));
  return {};
}

constexpr const char* kPurlTypes[] = {"pypi"};

}  // namespace

extern constinit const Scheme pep440{"pep440", kPurlTypes, "https://packaging.python.org/en/latest/specifications/version-specifiers/",
                                     compare, valid};

}  // namespace bulkhead::model::version_scheme
