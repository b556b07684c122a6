// PHP package versions as Composer orders them: both are normalised as Composer\Semver\VersionParser::normalize does, then compared
// as PHP's version_compare does.
//
// Normal form: four numbers (or a date), "-alpha|-beta|-RC|-patch" with its numbers, "-dev". Stabilities sort
// dev < alpha < beta < RC < (none) < patch. A branch ("dev-main", "master") sorts before every number; two different branches
// have no order: an error.
//
// Sources: https://getcomposer.org/doc/articles/versions.md, https://www.php.net/version_compare; compared with composer/semver 3
// in tests/system/version_oracles.py.
#include <array>

#include "base/text.h"
#include "model/version/internal/part.h"

namespace bulkhead::model::version_scheme {
namespace {

constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view trim_php(std::string_view text) {
  constexpr std::string_view kBlank(" \t\n\r\0\x0b", 6);
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  return text.substr(0, text.find_last_not_of(kBlank) + 1);
}

// "a as b" → "a", where both are words without blanks and commas.
std::string_view strip_alias(std::string_view text) {
  const size_t first_blank = text.find_first_of(" ,\t\n\v\f\r");
  if (first_blank == std::string_view::npos || first_blank == 0 || text[first_blank] != ' ') {
    return text;
  }
  std::string_view rest = text.substr(first_blank);
  const auto skip_blanks = [&rest] {
    const size_t n = std::min(rest.find_first_not_of(' '), rest.size());
    rest.remove_prefix(n);
    return n > 0;
  };
  skip_blanks();
  if (!rest.starts_with("as")) {
    return text;
  }
  rest.remove_prefix(2);
  const bool alias = skip_blanks() && !rest.empty() && rest.find_first_of(" ,\t\n\v\f\r") == std::string_view::npos;
  return alias ? text.substr(0, first_blank) : text;
}

std::string_view strip_stability_flag(std::string_view text) {
  const size_t at = text.rfind('@');
  if (at != std::string_view::npos) {
    for (const std::string_view word : {"stable", "RC", "beta", "alpha", "dev"}) {
      if (base::iequals_ascii(text.substr(at + 1), word)) {
        return text.substr(0, at);
      }
    }
  }
  return text;
}

// Everything before '+' where no blank or comma stands in it, and no blank behind.
std::string_view strip_build(std::string_view text) {
  const size_t plus = text.find('+');
  if (plus == std::string_view::npos || plus == 0 || plus + 1 == text.size()) {
    return text;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    if (is_space(text[i]) || (i < plus && text[i] == ',')) {
      return text;
    }
  }
  return text.substr(0, plus);
}

struct Modifier {
  bool good = false;
  std::string_view stability;  // as written; empty where there is none
  std::string_view numbers;    // behind it, without leading separators
  bool dev = false;
};

// "-dev", ".dev", "dev" and nothing else.
bool is_dev(std::string_view text) {
  if (!text.empty() && (text.front() == '.' || text.front() == '-')) {
    text.remove_prefix(1);
  }
  return base::iequals_ascii(text, "dev");
}

// What may stand behind the numbers: [._-]?(stability(numbers)?)?([.-]?dev)?
Modifier read_modifier(std::string_view text) {
  if (text.empty()) {
    return {.good = true};
  }
  // The first separator is optional and may as well belong to "dev".
  const std::string_view behind = text.front() == '.' || text.front() == '_' || text.front() == '-' ? text.substr(1) : text;
  for (const std::string_view rest : {behind, text}) {
    for (const std::string_view word : {"stable", "beta", "b", "RC", "alpha", "a", "patch", "pl", "p"}) {
      if (rest.size() < word.size() || !base::iequals_ascii(rest.substr(0, word.size()), word)) {
        continue;
      }
      size_t end = word.size();
      while (true) {  // ([.-]?digits)*, possessive
        const size_t skip = end < rest.size() && (rest[end] == '.' || rest[end] == '-') ? 1 : 0;
        const size_t n = digits_at(rest.substr(end + skip));
        if (n == 0) {
          break;
        }
        end += skip + n;
      }
      const std::string_view tail = rest.substr(end);
      if (!tail.empty() && !is_dev(tail)) {
        continue;
      }
      std::string_view numbers = rest.substr(word.size(), end - word.size());
      numbers.remove_prefix(std::min(numbers.find_first_not_of(".-"), numbers.size()));
      return {.good = true, .stability = rest.substr(0, word.size()), .numbers = numbers, .dev = !tail.empty()};
    }
    if (rest.empty() || is_dev(rest)) {
      return {.good = true, .dev = !rest.empty()};
    }
  }
  return {};
}

std::string expand_stability(std::string_view word) {
  const std::string lowered = base::lower_ascii(word);
  return lowered == "a"                      ? "alpha"
         : lowered == "b"                    ? "beta"
         : lowered == "p" || lowered == "pl" ? "patch"
         : lowered == "rc"                   ? "RC"
                                             : lowered;
}

std::string with_modifier(std::string numbers, const Modifier& modifier) {
  if (!modifier.stability.empty()) {
    if (modifier.stability == "stable") {  // written in lower case only: then "-dev" is lost, too
      return numbers;
    }
    numbers += "-" + expand_stability(modifier.stability) + std::string(modifier.numbers);
  }
  return modifier.dev ? numbers + "-dev" : numbers;
}

// v?d{1,5}(.d+){0,3}modifier.
bool classical(std::string_view text, std::string& out) {
  const size_t major = digits_at(text);
  if (major == 0 || major > 5) {
    return false;
  }
  std::array<size_t, 4> ends{major, 0, 0, 0};
  size_t parts = 1;
  while (parts < 4 && ends[parts - 1] < text.size() && text[ends[parts - 1]] == '.') {
    const size_t n = digits_at(text.substr(ends[parts - 1] + 1));
    if (n == 0) {
      break;
    }
    ends[parts] = ends[parts - 1] + 1 + n;
    ++parts;
  }
  const Modifier modifier = read_modifier(text.substr(ends[parts - 1]));
  if (!modifier.good) {
    return false;
  }
  std::string numbers(text.substr(0, ends[parts - 1]));
  for (; parts < 4; ++parts) {
    numbers += ".0";
  }
  out = with_modifier(std::move(numbers), modifier);
  return true;
}

// d{4}([.:-]?d{2}){1,6}([.:-]?d{1,3})?: tries as many groups as possible, then fewer.
bool date_groups(std::string_view text, size_t at, int pairs, int tail, std::string& out) {
  const size_t skip = at < text.size() && (text[at] == '.' || text[at] == ':' || text[at] == '-') ? 1 : 0;
  for (const size_t separator : {skip, size_t{0}}) {
    const size_t digits = digits_at(text.substr(std::min(at + separator, text.size())));
    if (tail == 0 && pairs < 6 && digits >= 2 && date_groups(text, at + separator + 2, pairs + 1, 0, out)) {
      return true;
    }
    if (pairs >= 1 && tail < 1) {
      for (size_t n = std::min<size_t>(digits, 3); n >= 1; --n) {
        if (date_groups(text, at + separator + n, pairs, tail + 1, out)) {
          return true;
        }
      }
    }
    if (skip == 0) {
      break;
    }
  }
  if (pairs < 1) {
    return false;
  }
  const Modifier modifier = read_modifier(text.substr(at));
  if (!modifier.good) {
    return false;
  }
  std::string numbers(text.substr(0, at));
  for (char& c : numbers) {
    c = is_digit(c) ? c : '.';
  }
  out = with_modifier(std::move(numbers), modifier);
  return true;
}

// "1.x-dev" → "1.9999999.9999999.9999999-dev".
bool numeric_branch(std::string_view name, std::string& out) {
  name = trim_php(name);
  if (!name.empty() && (name.front() == 'v' || name.front() == 'V')) {
    name.remove_prefix(1);
  }
  const size_t major = digits_at(name);
  if (major == 0) {
    return false;
  }
  std::string version(name.substr(0, major));
  name.remove_prefix(major);
  for (int part = 1; part < 4; ++part) {
    if (name.empty()) {
      version += ".9999999";
      continue;
    }
    if (name.front() != '.' || name.size() < 2) {
      return false;
    }
    name.remove_prefix(1);
    if (const size_t n = digits_at(name); n > 0) {
      version += "." + std::string(name.substr(0, n));
      name.remove_prefix(n);
    } else if (name.front() == 'x' || name.front() == 'X' || name.front() == '*') {
      version += ".9999999";
      name.remove_prefix(1);
    } else {
      return false;
    }
  }
  out = version + "-dev";
  return name.empty();
}

base::Result<std::string> normalise(std::string_view whole) {
  BULKHEAD_CHECK(check_length(whole));
  std::string_view text = strip_stability_flag(strip_alias(trim_php(whole)));
  if (text == "master" || text == "trunk" || text == "default") {
    return "dev-" + std::string(text);
  }
  if (text.size() >= 4 && base::iequals_ascii(text.substr(0, 4), "dev-")) {
    return "dev-" + std::string(text.substr(4));
  }
  text = strip_build(text);
  std::string out;
  const std::string_view numbers = !text.empty() && (text.front() == 'v' || text.front() == 'V') ? text.substr(1) : text;
  if (classical(numbers, out) || (digits_at(numbers) >= 4 && date_groups(numbers, 4, 0, 0, out))) {
    return out;
  }
  if (text.size() >= 3 && base::iequals_ascii(text.substr(text.size() - 3), "dev")) {
    std::string_view branch = text.substr(0, text.size() - 3);
    if (!branch.empty() && (branch.back() == '.' || branch.back() == '-')) {
      branch.remove_suffix(1);
    }
    if (numeric_branch(branch, out)) {
      return out;
    }
  }
  return bad_version("Invalid version string", whole);
}

// PHP splits at separators and between digits and letters; the pieces compare as numbers or by their stability.
int stability_rank(std::string_view piece) {
  constexpr std::pair<std::string_view, int> kRanks[] = {{"dev", 0}, {"alpha", 1}, {"a", 1}, {"beta", 2}, {"b", 2},
                                                         {"RC", 3},  {"rc", 3},    {"#", 4}, {"pl", 5},   {"p", 5}};
  for (const auto& [name, rank] : kRanks) {
    if (piece.starts_with(name)) {
      return rank;
    }
  }
  return -1;
}

std::string_view cut_piece(std::string_view& rest) {
  while (!rest.empty() && !is_alnum(rest.front())) {
    rest.remove_prefix(1);
  }
  if (rest.empty()) {
    return {};
  }
  const bool digits = is_digit(rest.front());
  size_t n = 1;
  while (n < rest.size() && (digits ? is_digit(rest[n]) : is_alpha(rest[n]))) {
    ++n;
  }
  const std::string_view piece = rest.substr(0, n);
  rest.remove_prefix(n);
  return piece;
}

// strtol: saturates at the largest 64-bit number.
std::string_view saturated(std::string_view digits) {
  constexpr std::string_view kMax = "9223372036854775807";
  return compare_digits(digits, kMax) > 0 ? kMax : digits;
}

// "#" stands for a number that is met by a word, or by the end.
std::strong_ordering compare_normal(std::string_view a, std::string_view b) {
  while (true) {
    const std::string_view left = cut_piece(a);
    const std::string_view right = cut_piece(b);
    if (left.empty() && right.empty()) {
      return std::strong_ordering::equal;
    }
    if (left.empty() || right.empty()) {
      const std::string_view more = left.empty() ? right : left;
      const std::strong_ordering order =
          is_digit(more.front()) ? std::strong_ordering::greater : stability_rank(more) <=> stability_rank("#");
      return left.empty() ? 0 <=> order : order;
    }
    const bool left_number = is_digit(left.front());
    const bool right_number = is_digit(right.front());
    const std::strong_ordering order = left_number && right_number
                                           ? compare_digits(saturated(left), saturated(right))
                                           : stability_rank(left_number ? "#" : left) <=> stability_rank(right_number ? "#" : right);
    if (order != 0) {
      return order;
    }
  }
}

base::Result<std::strong_ordering> compare(std::string_view a, std::string_view b) {
  BULKHEAD_TRY(const std::string left, normalise(a));
  BULKHEAD_TRY(const std::string right, normalise(b));
  const bool left_branch = left.starts_with("dev-");
  const bool right_branch = right.starts_with("dev-");
  if (left_branch && right_branch) {
    if (left == right) {
      return std::strong_ordering::equal;
    }
    return base::fail(base::ErrorKind::input, "two branches have no order", left + ", " + right);
  }
  return compare_normal(left, right);
}

base::Status valid(std::string_view version) {
  BULKHEAD_CHECK(normalise(version));
  return {};
}

constexpr const char* kPurlTypes[] = {"composer"};

}  // namespace

extern constinit const Scheme composer{"composer", kPurlTypes, "https://getcomposer.org/doc/articles/versions.md", compare, valid};

}  // namespace bulkhead::model::version_scheme
