#include "model/npm_range.h"

#include <array>
#include <optional>

#include "base/text.h"
#include "model/version/internal/npm.h"
#include "model/version/internal/part.h"
#include "model/version/internal/semver.h"

namespace bulkhead::model {

using version_scheme::digits_at;
using version_scheme::kMaxSafeInteger;

namespace {

// "1.2.x-beta" with its parts; an absent part and x, X, * are the same: nullopt.
struct Partial {
  std::array<std::optional<uint64_t>, 3> numbers;
  std::array<bool, 3> written{};
  std::string_view prerelease;
  bool odd_prefix = false;  // more before it than one "v": then it cannot stand as a full version

  bool full() const { return numbers[0] && numbers[1] && numbers[2]; }
};

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Cuts build metadata ("+abc.1") out, so that it cannot bleed into versions; blanks become one space.
std::string without_build(std::string_view text) {
  std::string out;
  const auto is_identifier = [](char c) { return version_scheme::is_alnum(c) || c == '-'; };
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '+' && i + 1 < text.size() && is_identifier(text[i + 1])) {
      ++i;
      while (i < text.size() && (is_identifier(text[i]) || (text[i] == '.' && i + 1 < text.size() && is_identifier(text[i + 1])))) {
        ++i;
      }
    } else if (is_blank(text[i])) {
      if (!out.empty() && out.back() != ' ') {
        out += ' ';
      }
      ++i;
    } else {
      out += text[i++];
    }
  }
  while (out.ends_with(' ')) {
    out.pop_back();
  }
  return out;
}

std::optional<Partial> parse_partial(std::string_view text) {
  Partial partial;
  size_t prefix = 0;
  while (prefix < text.size() && (text[prefix] == 'v' || text[prefix] == '=')) {
    ++prefix;
  }
  partial.odd_prefix = prefix > 1 || (prefix == 1 && text[0] == '=');
  text.remove_prefix(prefix);
  for (size_t part = 0; part < 3; ++part) {
    if (part > 0) {
      if (text.empty()) {
        return partial;
      }
      if (text.front() != '.') {
        return std::nullopt;
      }
      text.remove_prefix(1);
    }
    partial.written[part] = true;
    const size_t n = digits_at(text);
    if (n > 0) {
      const auto value = base::parse_u64(text.substr(0, n));
      if ((n > 1 && text.front() == '0') || !value || *value > kMaxSafeInteger) {
        return std::nullopt;
      }
      partial.numbers[part] = *value;
      text.remove_prefix(n);
    } else if (!text.empty() && (text.front() == 'x' || text.front() == 'X' || text.front() == '*')) {
      text.remove_prefix(1);
    } else {
      return std::nullopt;
    }
  }
  if (text.empty()) {
    return partial;
  }
  // A pre-release as strict as a version's: let the version's own reader judge it.
  if (text.front() != '-' || !version_scheme::parse_semver("0.0.0" + std::string(text), false)) {
    return std::nullopt;
  }
  partial.prerelease = text.substr(1);
  return partial;
}

// "= v 1.2" → "=v1.2": blanks may stand among the marks before a version in a hyphen range.
std::string without_prefix_blanks(std::string_view text) {
  std::string out;
  size_t i = 0;
  for (; i < text.size() && (text[i] == 'v' || text[i] == '=' || text[i] == ' '); ++i) {
    if (text[i] != ' ') {
      out += text[i];
    }
  }
  return out + std::string(text.substr(i));
}

std::unexpected<base::Error> bad_range(std::string_view text) {
  return base::fail(base::ErrorKind::input, "no npm version range", std::string(text.substr(0, 200)));
}

}  // namespace

class NpmRangeReader {
 public:
  using Operator = NpmRange::Operator;
  explicit NpmRangeReader(bool include_prerelease) : lowest_(include_prerelease ? "0" : ""), include_prerelease_(include_prerelease) {}

  base::Result<NpmRange::Set> read_set(std::string_view text) {
    set_ = {};
    const std::string clean = without_build(text);
    if (clean.empty()) {
      return set_;
    }
    if (const size_t dash = clean.find(" - "); dash != std::string::npos) {
      const std::string first = without_prefix_blanks(std::string_view(clean).substr(0, dash));
      const std::string last = without_prefix_blanks(std::string_view(clean).substr(dash + 3));
      const auto from = parse_partial(first);
      const auto to = parse_partial(last);
      if (from && to) {
        if (!read_hyphen(*from, *to)) {
          return bad_range(text);
        }
        drop_star_like();
        return set_;
      }
    }
    // An operator may stand apart from what it belongs to.
    std::string pending;
    for (const std::string_view word : base::split(clean, ' ')) {
      const bool alone = word == "<" || word == ">" || word == "<=" || word == ">=" || word == "=" || word == "~" || word == "~>" ||
                         word == "^" || word == "^=" || word == "~=" || word == "~>=";
      const bool behind_mark = word == "=" && (pending == "~" || pending == "~>" || pending == "^");
      const bool operator_only = pending.empty() ? alone : behind_mark;
      pending += word;
      if (operator_only) {
        continue;
      }
      if (!read_comparator(pending) && !read_without_star(pending)) {
        return bad_range(text);
      }
      pending.clear();
    }
    if (!pending.empty()) {
      return bad_range(text);
    }
    drop_star_like();
    return set_;
  }

 private:
  // ">=0.0.0" is "*".
  void drop_star_like() {
    std::erase_if(set_.comparators, [this](const NpmRange::Comparator& c) {
      return c.op == Operator::greater_equal && c.major == 0 && c.minor == 0 && c.patch == 0 && c.prerelease == lowest_;
    });
  }
  bool add(Operator op, uint64_t major, uint64_t minor, uint64_t patch, std::string_view prerelease) {
    if (major > kMaxSafeInteger || minor > kMaxSafeInteger || patch > kMaxSafeInteger) {
      return false;
    }
    set_.comparators.push_back({op, major, minor, patch, std::string(prerelease)});
    return true;
  }
  // Below everything of this number, pre-releases included.
  bool below(uint64_t major, uint64_t minor, uint64_t patch) { return add(Operator::less, major, minor, patch, "0"); }
  bool from_lowest(uint64_t major, uint64_t minor) { return add(Operator::greater_equal, major, minor, 0, lowest_); }
  bool from_exactly(const Partial& p) { return add(Operator::greater_equal, *p.numbers[0], *p.numbers[1], *p.numbers[2], p.prerelease); }

  bool read_comparator(std::string_view text) {
    if (text.starts_with('^')) {
      const auto partial = parse_partial(text.substr(1));
      return partial && read_caret(*partial);
    }
    if (text.starts_with('~')) {
      const auto partial = parse_partial(text.substr(text.starts_with("~>") ? 2 : 1));
      return partial && read_tilde(*partial);
    }
    size_t n = !text.empty() && (text[0] == '<' || text[0] == '>') ? 1 : 0;
    n += n < text.size() && text[n] == '=' ? 1 : 0;
    const std::string_view op = text.substr(0, n);
    const auto partial = parse_partial(text.substr(n));
    return partial && read_x_range(op, *partial);
  }

  // node-semver cuts the first star, with an operator before it, out of what it could not read, and tries a plain version:
  // "1.*2.3" is read as 1.2.3. Nobody writes this, but it is what a range with a slip means there.
  bool read_without_star(std::string text) {
    const size_t star = text.find('*');
    if (star == std::string::npos) {
      return false;
    }
    size_t begin = star;
    begin -= begin > 0 && text[begin - 1] == '=' ? 1 : 0;
    begin -= begin > 0 && (text[begin - 1] == '<' || text[begin - 1] == '>') ? 1 : 0;
    text.erase(begin, star + 1 - begin);
    if (text.empty()) {
      return true;
    }
    size_t n = text[0] == '<' || text[0] == '>' ? 1 : 0;
    n += n < text.size() && text[n] == '=' ? 1 : 0;
    const auto partial = parse_partial(std::string_view(text).substr(n));
    return partial && partial->full() && !partial->odd_prefix && read_x_range(std::string_view(text).substr(0, n), *partial);
  }

  bool read_tilde(const Partial& p) {
    const auto& [major, minor, patch] = p.numbers;
    if (!major) {
      return true;
    }
    if (!minor) {
      return from_lowest(*major, 0) && below(*major + 1, 0, 0);
    }
    return (patch ? from_exactly(p) : from_lowest(*major, *minor)) && below(*major, *minor + 1, 0);
  }

  bool read_caret(const Partial& p) {
    const auto& [major, minor, patch] = p.numbers;
    if (!major) {
      return true;
    }
    if (!minor) {
      return from_lowest(*major, 0) && below(*major + 1, 0, 0);
    }
    if (!(patch ? from_exactly(p) : from_lowest(*major, *minor))) {
      return false;
    }
    if (*major > 0) {
      return below(*major + 1, 0, 0);
    }
    return *minor > 0 || !patch ? below(0, *minor + 1, 0) : below(0, 0, *patch + 1);
  }

  bool read_x_range(std::string_view op, const Partial& p) {
    const auto& [major, minor, patch] = p.numbers;
    // "*.1" and "1.*.2" are no ranges.
    if ((!major && minor) || (!minor && patch)) {
      return false;
    }
    if (!major) {
      set_.nothing = set_.nothing || op == "<" || op == ">";
      return true;
    }
    if (p.full()) {
      if (p.odd_prefix) {
        return false;
      }
      const Operator full = op == "<"    ? Operator::less
                            : op == "<=" ? Operator::less_equal
                            : op == ">"  ? Operator::greater
                            : op == ">=" ? Operator::greater_equal
                                         : Operator::equal;
      return add(full, *major, *minor, *patch, p.prerelease);
    }
    const uint64_t lower_minor = minor.value_or(0);
    const uint64_t next_major = minor ? *major : *major + 1;
    const uint64_t next_minor = minor ? *minor + 1 : 0;
    if (op == ">") {
      return add(Operator::greater_equal, next_major, next_minor, 0, lowest_);
    }
    if (op == ">=") {
      return from_lowest(*major, lower_minor);
    }
    if (op == "<") {
      return below(*major, lower_minor, 0);
    }
    if (op == "<=") {
      return below(next_major, next_minor, 0);
    }
    return from_lowest(*major, lower_minor) && below(next_major, next_minor, 0);
  }

  bool read_hyphen(const Partial& from, const Partial& to) {
    if (from.numbers[0]) {
      if (from.full()) {
        if (from.odd_prefix || !add(Operator::greater_equal, *from.numbers[0], *from.numbers[1], *from.numbers[2],
                                    from.prerelease.empty() ? lowest_ : from.prerelease)) {
          return false;
        }
      } else if (!from_lowest(*from.numbers[0], from.numbers[1].value_or(0))) {
        return false;
      }
    }
    const auto& [major, minor, patch] = to.numbers;
    if (!major) {
      return true;
    }
    if (!minor) {
      return below(*major + 1, 0, 0);
    }
    if (!patch) {
      return below(*major, *minor + 1, 0);
    }
    if (!to.prerelease.empty()) {
      return add(Operator::less_equal, *major, *minor, *patch, to.prerelease);
    }
    if (include_prerelease_) {
      return below(*major, *minor, *patch + 1);
    }
    return !to.odd_prefix && add(Operator::less_equal, *major, *minor, *patch, "");
  }

  NpmRange::Set set_;
  std::string_view lowest_;  // pre-release of a lower bound that was not written out
  bool include_prerelease_;
};

base::Result<NpmRange> NpmRange::parse(std::string_view text, bool include_prerelease) {
  if (text.size() > kMaxNpmRangeBytes) {
    return base::fail(base::ErrorKind::limit, "npm range longer than " + std::to_string(kMaxNpmRangeBytes) + " bytes");
  }
  NpmRange range;
  range.include_prerelease_ = include_prerelease;
  NpmRangeReader reader(include_prerelease);
  while (true) {
    const size_t bar = text.find("||");
    BULKHEAD_TRY(Set set, reader.read_set(text.substr(0, bar)));
    range.sets_.push_back(std::move(set));
    if (bar == std::string_view::npos) {
      break;
    }
    text.remove_prefix(bar + 2);
  }
  // "… || *" is "*" alone: it names no pre-release, so that even those that another set names are outside.
  for (const Set& set : range.sets_) {
    if (set.comparators.empty() && !set.nothing) {
      range.sets_ = {Set{}};
      break;
    }
  }
  return range;
}

base::Result<bool> NpmRange::contains(std::string_view version) const {
  BULKHEAD_TRY(const version_scheme::NpmVersion parsed, version_scheme::parse_npm(version));
  for (const Set& set : sets_) {
    bool inside = !set.nothing;
    bool named = parsed.prerelease.empty() || include_prerelease_;
    for (const Comparator& comparator : set.comparators) {
      const version_scheme::NpmVersion bound{comparator.major, comparator.minor, comparator.patch, comparator.prerelease};
      const std::strong_ordering order = version_scheme::compare_npm(parsed, bound);
      inside = inside && (comparator.op == Operator::equal        ? order == 0
                          : comparator.op == Operator::less       ? order < 0
                          : comparator.op == Operator::less_equal ? order <= 0
                          : comparator.op == Operator::greater    ? order > 0
                                                                  : order >= 0);
      named = named || (!comparator.prerelease.empty() && comparator.major == parsed.major && comparator.minor == parsed.minor &&
                        comparator.patch == parsed.patch);
    }
    if (inside && named) {
      return true;
    }
  }
  return false;
}

}  // namespace bulkhead::model
