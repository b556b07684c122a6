#include <algorithm>

#include "advisory/internal/requirement.h"
#include "base/text.h"

namespace bulkhead::advisory {
namespace {

constexpr size_t kMaxText = 4096;
constexpr size_t kMaxParts = 200;

bool blank(char c) { return c == ' ' || c == '\t'; }

const model::Scheme* scheme_of(Flavour flavour) {
  switch (flavour) {
    case Flavour::cargo: return model::scheme("cargo");
    case Flavour::gem: return model::scheme("gem");
    case Flavour::npm: return model::scheme("npm");
    case Flavour::composer: return model::scheme("composer");
  }
  return nullptr;
}

// Numbers of "1.2.3-pre+build" up to the first part that is none ("1.x" → {1}).
struct Numbers {
  std::vector<uint64_t> parts;
  bool whole = true;  // every part was a number
  std::string tail;   // "-pre"
};

std::optional<Numbers> numbers_of(std::string_view text) {
  Numbers out;
  text = text.starts_with('v') ? text.substr(1) : text;
  const size_t tail = text.find_first_of("-+");
  if (tail != text.npos) {
    out.tail = text.substr(tail);
    text = text.substr(0, tail);
  }
  for (const std::string_view part : base::split(text, '.')) {
    const auto number = base::parse_u64(part);
    if (!number) {
      if (part != "x" && part != "X" && part != "*") {
        return std::nullopt;
      }
      out.whole = false;
      break;
    }
    if (*number > 1'000'000'000'000 || out.parts.size() == 8) {
      return std::nullopt;
    }
    out.parts.push_back(*number);
  }
  return out;
}

std::string semver(std::vector<uint64_t> parts, std::string_view tail = {}) {
  parts.resize(3, 0);
  return std::to_string(parts[0]) + "." + std::to_string(parts[1]) + "." + std::to_string(parts[2]) + std::string(tail);
}

// The first version beyond those that share `parts` up to and with position `at`.
std::string bump(std::vector<uint64_t> parts, size_t at) {
  parts.resize(std::max<size_t>(at + 1, 1));
  parts[at] += 1;
  return semver(parts, "-0");  // pre-releases of the next line are outside, too
}

std::optional<Interval> caret(std::string_view version) {
  const auto n = numbers_of(version);
  if (!n || n->parts.empty()) {
    return n && !n->whole ? std::optional(Interval{}) : std::nullopt;
  }
  size_t at = 0;  // the leftmost number that is not zero stays
  while (at + 1 < n->parts.size() && n->parts[at] == 0) {
    ++at;
  }
  return Interval{semver(n->parts, n->tail), bump(n->parts, at), true, false};
}

std::optional<Interval> tilde(std::string_view version) {
  const auto n = numbers_of(version);
  if (!n || n->parts.empty()) {
    return n && !n->whole ? std::optional(Interval{}) : std::nullopt;
  }
  return Interval{semver(n->parts, n->tail), bump(n->parts, n->parts.size() > 1 ? 1 : 0), true, false};
}

// "1.x", "1.2", "*" of npm: everything that begins so; a whole version is itself alone.
std::optional<Interval> x_range(std::string_view version) {
  const auto n = numbers_of(version);
  if (!n) {
    return std::nullopt;
  }
  if (n->parts.empty()) {
    return Interval{};
  }
  if (n->whole && n->parts.size() >= 3) {
    const std::string exact = semver(n->parts, n->tail);
    return Interval{exact, exact, true, true};
  }
  return Interval{semver(n->parts, "-0"), bump(n->parts, n->parts.size() - 1), true, false};
}

// "~> 1.2.3": at least that, below the next of the number before the last.
std::optional<Interval> pessimistic(std::string_view version) {
  std::string next;
  const auto parts = base::split(version, '.');
  size_t numbers = 0;
  while (numbers < parts.size() && base::parse_u64(parts[numbers])) {
    ++numbers;
  }
  if (numbers == 0) {
    return std::nullopt;
  }
  const size_t keep = numbers > 1 ? numbers - 1 : 1;
  for (size_t i = 0; i < keep; ++i) {
    next += (i == 0 ? "" : ".") + (i + 1 == keep ? std::to_string(*base::parse_u64(parts[i]) + 1) : std::string(parts[i]));
  }
  return Interval{std::string(version), next + ".a", true, false};  // its pre-releases are outside, too
}

std::optional<Interval> one(std::string_view text, Flavour flavour) {
  text = base::trim(text);
  std::string_view op;
  for (const std::string_view known : {">=", "<=", "=>", "~>", "!=", "==", ">", "<", "=", "^", "~"}) {
    if (text.starts_with(known)) {
      op = known;
      text = base::trim(text.substr(known.size()));
      break;
    }
  }
  if ((text.empty() && flavour != Flavour::npm) || text.size() > model::kMaxVersionBytes || op == "!=") {
    return std::nullopt;
  }
  const bool gem = flavour == Flavour::gem;
  std::string version(text);
  if (!gem && flavour != Flavour::composer && op != "" && op != "^" && op != "~" && op != "~>") {
    const auto n = numbers_of(text);
    if (!n) {
      return std::nullopt;
    }
    version = n->parts.size() < 3 ? semver(n->parts, n->tail) : (text.starts_with('v') ? std::string(text.substr(1)) : version);
    // npm and Cargo: "> 1.2" is beyond every 1.2.x, "<= 1.2" holds them all.
    if (n->parts.size() < 3 && !n->parts.empty() && (op == ">" || op == "<=")) {
      const std::string next = bump(n->parts, n->parts.size() - 1);
      return op == ">" ? Interval{next, {}, true, false} : Interval{{}, next, true, false};
    }
  }
  if (op == ">=" || op == "=>") return Interval{version, {}, true, false};
  if (op == ">") return Interval{version, {}, false, false};
  if (op == "<") return Interval{{}, version, true, false};
  if (op == "<=") return Interval{{}, version, true, true};
  if (op == "~>") return gem ? pessimistic(version) : tilde(version);
  if (op == "^") return caret(version);
  if (op == "~") return tilde(version);
  if (op.empty() && flavour == Flavour::cargo) return caret(version);
  if (op.empty() && flavour == Flavour::npm) return x_range(version.empty() ? "*" : version);
  return Interval{version, version, true, true};
}

// >0: a after b. nullopt: cannot be compared.
std::optional<int> compare(const model::Scheme& scheme, std::string_view a, std::string_view b) {
  if (a == b) {
    return 0;
  }
  const auto order = scheme.compare(a, b);
  return !order ? std::nullopt : std::optional(*order < 0 ? -1 : *order > 0 ? 1 : 0);
}

// What both hold; nullopt: cannot be compared; empty optional inside: nothing.
std::optional<std::optional<Interval>> meet(const Interval& a, const Interval& b, const model::Scheme& scheme) {
  Interval out = a;
  if (out.low.empty()) {
    out.low = b.low;
    out.with_low = b.with_low;
  } else if (!b.low.empty()) {
    const auto order = compare(scheme, a.low, b.low);
    if (!order) return std::nullopt;
    out.low = *order >= 0 ? a.low : b.low;
    out.with_low = *order > 0 ? a.with_low : *order < 0 ? b.with_low : a.with_low && b.with_low;
  }
  if (out.high.empty()) {
    out.high = b.high;
    out.with_high = b.with_high;
  } else if (!b.high.empty()) {
    const auto order = compare(scheme, a.high, b.high);
    if (!order) return std::nullopt;
    out.high = *order <= 0 ? a.high : b.high;
    out.with_high = *order < 0 ? a.with_high : *order > 0 ? b.with_high : a.with_high && b.with_high;
  }
  if (!out.low.empty() && !out.high.empty()) {
    const auto order = compare(scheme, out.low, out.high);
    if (!order) return std::nullopt;
    if (*order > 0 || (*order == 0 && !(out.with_low && out.with_high))) {
      return std::optional<Interval>();
    }
  }
  return std::optional(out);
}

std::vector<std::string> and_parts(std::string_view text, Flavour flavour) {
  std::vector<std::string> out;
  if (flavour == Flavour::cargo || flavour == Flavour::gem) {
    for (const std::string_view part : base::split(text, ',')) {
      out.emplace_back(base::trim(part));
    }
    return out;
  }
  std::string current;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool ends = text[i] == ',' || blank(text[i]);
    // A blank after an operator belongs to it.
    if (!ends) {
      current += text[i];
    } else if (!current.empty() && current.find_first_not_of("<>=~^!") != current.npos) {
      out.push_back(std::move(current));
      current.clear();
    }
  }
  if (!current.empty()) {
    out.push_back(std::move(current));
  }
  return out;
}

// The smallest version above `version` that range lines can name.
std::string just_above(const std::string& version, Flavour flavour) {
  if (flavour == Flavour::gem || flavour == Flavour::composer) {
    return version + ".0.1";
  }
  const auto n = numbers_of(version);
  if (!n || n->parts.empty()) {
    return version;
  }
  if (n->tail.starts_with('-')) {
    return semver(n->parts, n->tail.substr(0, n->tail.find('+')) + ".0");
  }
  std::vector<uint64_t> parts = n->parts;
  parts.resize(3, 0);
  parts[2] += 1;
  return semver(parts, "-0");
}

}  // namespace

std::optional<Intervals> parse_requirement(std::string_view text, Flavour flavour) {
  if (text.size() > kMaxText || text.find('\n') != text.npos) {
    return std::nullopt;
  }
  const model::Scheme* const scheme = scheme_of(flavour);
  Intervals out;
  std::string rest(text);
  if (flavour == Flavour::npm || flavour == Flavour::composer) {
    rest = base::replace_all(std::move(rest), "||", "|");
  }
  for (const std::string_view set :
       flavour == Flavour::npm || flavour == Flavour::composer ? base::split(rest, '|') : std::vector<std::string_view>{rest}) {
    Interval all;
    bool nothing = false;
    std::vector<std::string> parts = and_parts(base::trim(set), flavour);
    if (parts.size() == 3 && parts[1] == "-") {  // hyphen range of npm: both ends inside
      parts = {">=" + parts[0], "<=" + parts[2]};
    }
    if (parts.empty()) {
      parts = {"*"};
    }
    if (parts.size() > kMaxParts || scheme == nullptr) {
      return std::nullopt;
    }
    for (const std::string& part : parts) {
      const auto interval = part == "*" ? std::optional(Interval{}) : one(part, flavour);
      if (!interval) {
        return std::nullopt;
      }
      const auto both = meet(all, *interval, *scheme);
      if (!both) {
        return std::nullopt;
      }
      nothing = nothing || !*both;
      if (*both) {
        all = **both;
      }
    }
    if (!nothing) {
      out.push_back(all);
    }
  }
  return out;
}

std::optional<Intervals> complement(const Intervals& of, const model::Scheme& scheme) {
  Intervals left = {Interval{}};
  for (const Interval& taken : of) {
    Intervals next;
    for (const Interval& gap : left) {
      // Below and above what is taken.
      if (!taken.low.empty()) {
        const auto below = meet(gap, {{}, taken.low, true, !taken.with_low}, scheme);
        if (!below) return std::nullopt;
        if (*below) next.push_back(**below);
      }
      if (!taken.high.empty()) {
        const auto above = meet(gap, {taken.high, {}, !taken.with_high, false}, scheme);
        if (!above) return std::nullopt;
        if (*above) next.push_back(**above);
      }
    }
    left = std::move(next);
    if (left.size() > kMaxParts) {
      return std::nullopt;
    }
  }
  // Gaps do not overlap: sorting by the lower end is an order; an open end comes first.
  bool comparable = true;
  std::sort(left.begin(), left.end(), [&](const Interval& a, const Interval& b) {
    if (a.low.empty() || b.low.empty()) {
      return a.low.empty() && !b.low.empty();
    }
    const auto order = compare(scheme, a.low, b.low);
    comparable = comparable && order;
    return order && *order < 0;
  });
  return comparable ? std::optional(left) : std::nullopt;
}

std::string range_lines(const Intervals& intervals, Flavour flavour) {
  std::string out;
  for (const Interval& i : intervals) {
    out += (out.empty() ? "" : "\n") + std::string("introduced ") + (i.low.empty() ? "0" : i.with_low ? i.low : just_above(i.low, flavour));
    if (!i.high.empty()) {
      out += (i.with_high ? "\nlast_affected " : "\nfixed ") + i.high;
    }
  }
  return out;
}

std::optional<std::string> affected_lines(const std::vector<std::string>& patched, const std::vector<std::string>& unaffected,
                                          Flavour flavour) {
  Intervals safe;
  for (const auto* list : {&patched, &unaffected}) {
    for (const std::string& text : *list) {
      const auto intervals = parse_requirement(text, flavour);
      if (!intervals) {
        return std::nullopt;
      }
      safe.insert(safe.end(), intervals->begin(), intervals->end());
    }
  }
  const auto rest = complement(safe, *scheme_of(flavour));
  return rest ? std::optional(range_lines(*rest, flavour)) : std::nullopt;
}

namespace {

// "0.24" → "0.24.0", "1.0.0.beta.3" → "1.0.0-beta.3"; anything else as it is.
std::string whole_version(std::string_view version) {
  constexpr std::string_view kDigits = "0123456789";
  std::string core;
  size_t at = 0;
  int parts = 0;
  while (parts < 3) {
    const size_t end = std::min(version.find_first_not_of(kDigits, at), version.size());
    if (end == at) {
      break;
    }
    core += (parts == 0 ? "" : ".") + std::string(version.substr(at, end - at));
    ++parts;
    at = end;
    const bool more = at + 1 < version.size() && version[at] == '.' && kDigits.contains(version[at + 1]);
    at += more && parts < 3 ? 1 : 0;
    if (!more) {
      break;
    }
  }
  std::string_view rest = version.substr(at);
  const bool joined = rest.starts_with('.') || rest.starts_with('-');
  rest.remove_prefix(joined ? 1 : 0);
  const bool word = !rest.empty() && ((rest[0] >= 'a' && rest[0] <= 'z') || (rest[0] >= 'A' && rest[0] <= 'Z'));
  if (parts == 0 || (!rest.empty() && !word) || (rest.empty() && joined)) {
    return std::string(version);
  }
  for (; parts < 3; ++parts) {
    core += ".0";
  }
  return core + (rest.empty() ? "" : "-" + std::string(rest));
}

}  // namespace

std::string whole_versions(std::string_view ranges) {
  std::string out;
  bool first = true;
  for (const std::string_view line : base::split(ranges, '\n')) {
    out += first ? "" : "\n";
    first = false;
    const size_t blank = line.find(' ');
    const std::string_view version = blank == line.npos ? std::string_view() : line.substr(blank + 1);
    if (version.empty() || version == "0" || line.starts_with("last_affected")) {
      out += line;
    } else {
      out.append(line.substr(0, blank + 1)).append(whole_version(version));
    }
  }
  return out;
}

}  // namespace bulkhead::advisory
