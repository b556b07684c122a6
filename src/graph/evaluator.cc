#include "graph/evaluator.h"

#include <algorithm>
#include <array>
#include <functional>

#include "base/text.h"

namespace bulkhead::graph {
namespace {

using base::JsonKind;
using base::JsonView;
using model::Tri;

constexpr std::array kOperators = {"is", "is_not", "has", "under", "covers", "starts", "mentions", "below", "from", "exists"};

std::optional<std::string> scalar(JsonView view) {
  switch (view.kind()) {
    case JsonKind::string: return view.text();
    case JsonKind::boolean: return view.flag() ? "true" : "false";
    case JsonKind::number: return view.dump();
    default: return std::nullopt;
  }
}

std::optional<std::vector<std::string>> scalars(JsonView view) {
  std::vector<std::string> out;
  if (view.kind() == JsonKind::array) {
    for (JsonView item : view.items()) {
      auto text = scalar(item);
      if (!text) return std::nullopt;
      out.push_back(*std::move(text));
    }
    return out;
  }
  auto text = scalar(view);
  if (!text) return std::nullopt;
  out.push_back(*std::move(text));
  return out;
}

bool holds(std::string_view op, std::string_view actual, std::string_view wanted) {
  if (op == "is" || op == "is_not" || op == "has") return actual == wanted;
  if (op == "under") return path_under(normal_path(actual), normal_path(wanted));
  if (op == "covers") return path_under(normal_path(wanted), normal_path(actual));
  if (op == "starts") return actual.starts_with(wanted);
  if (op == "mentions") return actual.find(wanted) != std::string_view::npos;
  const auto order = compare_dotted(actual, wanted);
  if (op == "below") return order && *order < 0;
  return order && *order >= 0;  // from
}

Verdict atom(const Expression& e, const Scene& scene) {
  const Fact fact = scene.field(e.object, e.field);
  Verdict out;
  const bool said = fact.state == Fact::State::known || fact.state == Fact::State::declared;
  const std::string shown = said ? base::join(fact.values, ",") : "not set";
  if (e.op == "exists") {
    if (fact.state == Fact::State::unknown) {
      out.value = Tri::unknown;
      out.missing.push_back(fact.missing);
      return out;
    }
    const bool there = said && !fact.values.empty();
    out.value = model::tri(there == (e.values.empty() || e.values.front() == "true"));
  } else if (fact.state == Fact::State::unknown) {
    const bool possible = fact.values.empty() || e.op != "has" || std::ranges::any_of(e.values, [&](const std::string& wanted) {
                            return std::ranges::find(fact.values, wanted) != fact.values.end();
                          });
    if (!possible) {
      out.denied = fact.place + " has no " + base::join(e.values, " or ");
      return out;
    }
    out.value = Tri::unknown;
    out.missing.push_back(fact.missing);
    return out;
  } else {
    bool found = false;
    for (const std::string& actual : fact.values) {
      found = found || std::ranges::any_of(e.values, [&](const std::string& wanted) { return holds(e.op, actual, wanted); });
    }
    out.value = model::tri(e.op == "is_not" ? !found : found);
    // What is only declared may be worse in truth, not better.
    if (fact.state == Fact::State::declared && out.value == Tri::no) {
      out.value = Tri::unknown;
      out.missing.push_back(fact.missing);
      return out;
    }
  }
  if (out.value == Tri::yes) {
    out.facts.push_back(fact.place + " = " + shown);
  } else {
    out.denied = fact.place + " = " + shown;
  }
  return out;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  for (const std::string& line : from) {
    if (std::ranges::find(to, line) == to.end()) to.push_back(line);
  }
}
void append(std::vector<Missing>& to, const std::vector<Missing>& from) {
  for (const Missing& missing : from) {
    if (std::ranges::find(to, missing) == to.end()) to.push_back(missing);
  }
}

}  // namespace

base::Result<RightAsked> parse_right(JsonView view, std::string_view where) {
  RightAsked right;
  auto verbs = scalars(view.get("verb"));
  if (!verbs || !view.get("resource").string()) {
    return base::fail(base::ErrorKind::input, "`can` needs verb and resource", std::string(where));
  }
  right.verbs = *std::move(verbs);
  right.group = view.get("group").text();
  auto [plain, sub] = base::split_once(*view.get("resource").string(), '/');
  right.resource = plain;
  right.subresource = sub.value_or("");
  right.name = view.get("name").text();
  const std::string ns = view.get("namespace").text("here");
  right.cluster = ns == "cluster";
  if (ns != "here" && ns != "cluster") right.ns = ns;
  return right;
}

base::Result<Expression> parse_expression(JsonView view, std::string_view where) {
  Expression e;
  const auto refuse = [&](std::string what) {
    return base::fail(base::ErrorKind::input, std::move(what), std::string(where), view.dump());
  };
  if (view.kind() != JsonKind::object) return refuse("a precondition is not a mapping");
  for (const char* word : {"all", "any"}) {
    if (JsonView list = view.get(word)) {
      e.kind = word[1] == 'l' ? Expression::Kind::all : Expression::Kind::any;
      if (list.kind() != JsonKind::array || list.size() == 0) return refuse(std::string("`") + word + "` is not a list");
      for (JsonView item : list.items()) {
        BULKHEAD_TRY(auto part, parse_expression(item, where));
        e.parts.push_back(std::move(part));
      }
      return e;
    }
  }
  if (JsonView part = view.get("not")) {
    e.kind = Expression::Kind::negation;
    BULKHEAD_TRY(auto inner, parse_expression(part, where));
    e.parts.push_back(std::move(inner));
    return e;
  }
  if (JsonView right = view.get("can")) {
    e.kind = Expression::Kind::can;
    BULKHEAD_TRY(e.right, parse_right(right, where));
    return e;
  }
  if (JsonView reach = view.get("reaches")) {
    e.kind = Expression::Kind::reaches;
    auto address = reach.get("to").string();
    auto port = reach.get("port").integer();
    if (!address || !port || *port < 0 || *port > 65535) return refuse("`reaches` needs to and port");
    e.values = {std::string(*address)};
    e.port = static_cast<int32_t>(*port);
    return e;
  }
  if (JsonView admits = view.get("admits")) {
    e.kind = Expression::Kind::admits;
    e.field = admits.get("field").text();
    if (e.field.empty()) return refuse("`admits` needs field");
    return e;
  }
  if (JsonView kind = view.get("some")) {
    e.kind = Expression::Kind::some;
    e.object = kind.text();
    if (e.object.empty() || !view.get("where")) return refuse("`some` needs a kind and `where`");
    BULKHEAD_TRY(auto where_part, parse_expression(view.get("where"), where));
    e.parts.push_back(std::move(where_part));
    return e;
  }
  e.kind = Expression::Kind::atom;
  e.object = view.get("object").text();
  e.field = view.get("field").text();
  e.op = view.get("op").text("is");
  auto values = scalars(view.get("value"));
  if (e.object.empty() || e.field.empty() || !values) return refuse("a precondition needs object, field, op and value");
  if (std::ranges::find(kOperators, e.op) == kOperators.end()) return refuse("unknown operator '" + e.op + "'");
  e.values = *std::move(values);
  return e;
}

Verdict evaluate(const Expression& e, const Scene& scene) {
  Verdict out;
  switch (e.kind) {
    case Expression::Kind::atom: return atom(e, scene);
    case Expression::Kind::can: return scene.can(e.right);
    case Expression::Kind::reaches: return scene.reaches(e.values.front(), e.port);
    case Expression::Kind::admits: return scene.admits(e.field);
    case Expression::Kind::some: return scene.some(e.object, e.parts.front());
    case Expression::Kind::negation: {
      Verdict inner = evaluate(e.parts.front(), scene);
      out.value = !inner.value;
      out.missing = std::move(inner.missing);
      if (out.value == Tri::yes && !inner.denied.empty()) out.facts.push_back(std::move(inner.denied));
      if (out.value == Tri::no) out.denied = base::join(inner.facts, "; ");
      return out;
    }
    case Expression::Kind::all:
      out.value = Tri::yes;
      for (const Expression& part : e.parts) {
        Verdict one = evaluate(part, scene);
        if (one.value == Tri::no) return {Tri::no, {}, {}, std::move(one.denied)};
        out.value = out.value && one.value;
        append(out.facts, one.facts);
        append(out.missing, one.missing);
      }
      return out;
    case Expression::Kind::any: {
      std::vector<std::string> denials;
      for (const Expression& part : e.parts) {
        Verdict one = evaluate(part, scene);
        if (one.value == Tri::yes) return {Tri::yes, std::move(one.facts), {}, {}};
        // Of several unknown ways the one that rests on the fewest missing facts speaks for all.
        if (one.value == Tri::unknown && (out.value == Tri::no || one.missing.size() < out.missing.size())) {
          out.value = Tri::unknown;
          out.facts = std::move(one.facts);
          out.missing = std::move(one.missing);
        }
        if (!one.denied.empty()) append(denials, {one.denied});
      }
      out.denied = base::join(denials, "; ");
      return out;
    }
  }
  return out;
}

std::string describe(const Expression& e) {
  const auto list = [&](std::string_view word) {
    std::vector<std::string> words;
    for (const Expression& part : e.parts) {
      const bool nested = part.kind == Expression::Kind::all || part.kind == Expression::Kind::any;
      words.push_back(nested && part.parts.size() > 1 ? "(" + describe(part) + ")" : describe(part));
    }
    return base::join(words, word);
  };
  switch (e.kind) {
    case Expression::Kind::all: return list(" and ");
    case Expression::Kind::any: return list(" or ");
    case Expression::Kind::negation: return "not (" + describe(e.parts.front()) + ")";
    case Expression::Kind::atom: {
      std::string op = e.op == "is_not" ? "is not" : e.op == "from" ? "at least" : e.op;
      return e.object + " `" + e.field + "` " + op + " " + base::join(e.values, " or ");
    }
    case Expression::Kind::can: {
      const RightAsked& r = e.right;
      return "may " + base::join(r.verbs, " or ") + " `" + r.resource + (r.subresource.empty() ? "" : "/" + r.subresource) + "`" +
             (r.group.empty() ? "" : " of " + r.group) + (r.name.empty() ? "" : " named " + r.name) +
             (r.cluster ? " in the whole cluster" : r.ns.empty() ? "" : " in namespace " + r.ns);
    }
    case Expression::Kind::reaches: return "can connect to " + e.values.front() + " port " + std::to_string(e.port);
    case Expression::Kind::admits: return "the namespace admits a pod with `" + e.field + "`";
    case Expression::Kind::some: return "some " + e.object + " has (" + describe(e.parts.front()) + ")";
  }
  return {};
}

void each_field(const Expression& e, const std::function<void(std::string_view, std::string_view)>& fn) {
  if (e.kind == Expression::Kind::atom) fn(e.object, e.field);
  for (const Expression& part : e.parts) each_field(part, fn);
}

std::string normal_path(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::string_view part : base::split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
      continue;
    }
    parts.push_back(part);
  }
  // /var/run is a symbolic link to /run on every node OS that the table knows.
  if (parts.size() >= 2 && parts[0] == "var" && parts[1] == "run") parts.erase(parts.begin());
  std::string out;
  for (std::string_view part : parts) out.append("/").append(part);
  return out.empty() ? "/" : out;
}

bool path_under(std::string_view path, std::string_view root) {
  if (root == "/") return true;
  return path == root || (path.starts_with(root) && path.size() > root.size() && path[root.size()] == '/');
}

std::optional<int> compare_dotted(std::string_view a, std::string_view b) {
  const auto numbers = [](std::string_view text) {
    std::vector<uint64_t> out;
    if (text.starts_with('v')) text.remove_prefix(1);
    size_t at = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && out.size() < 8) {
      uint64_t value = 0;
      while (at < text.size() && text[at] >= '0' && text[at] <= '9')
        value = std::min<uint64_t>(value * 10 + static_cast<uint64_t>(text[at++] - '0'), 1'000'000'000);
      out.push_back(value);
      if (at >= text.size() || text[at] != '.') break;
      ++at;
    }
    return out;
  };
  auto left = numbers(a), right = numbers(b);
  if (left.empty() || right.empty()) return std::nullopt;
  const size_t size = std::max(left.size(), right.size());
  left.resize(size);
  right.resize(size);
  return left < right ? -1 : left == right ? 0 : 1;
}

}  // namespace bulkhead::graph
