// The one evaluator of step preconditions: an expression over observable facts becomes yes, no or unknown, with its evidence.
//
// An expression is data (the `when` of a row under data/steps, data/escape), one of
//   {all: […]}  {any: […]}  {not: …}
//   {object: container, field: privileged, op: is, value: true}
//   {can: {verb: [create], group: "", resource: pods/exec, namespace: here|cluster|NAME}}  somebody who holds `from` may do it
//   {reaches: {to: 169.254.169.254, port: 80}}                                          the pod can connect there
//   {admits: {field: privileged}}                                                       the namespace lets such a pod in
//   {some: storage_class, where: …}                                                     an object of that kind for which … holds
// `value` may be a list: one of its members suffices. Operators:
//   is, is_not   equal text (numbers and booleans in their usual writing)
//   has          a list holds the value
//   under        a path is the value or lies below it
//   covers       a path is the value or one of its parents
//   starts       the text starts with the value
//   mentions     the text holds the value somewhere
//   below, from  dotted version smaller than, or at least, the value
//   exists       the object says something (value true) or nothing (value false)
// Logic is Kleene's: what was not read stays unknown unless the rest decides. Errors at load time only: unknown operator, field
// of the wrong shape. Threads: an Expression is a plain value; evaluation is const.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/tri.h"

namespace bulkhead::graph {

// A fact that was not read: names the variable it becomes.
struct Missing {
  std::string id;           // "seccompDefault@worker-1"; the variable is "fact:" + id
  std::string coefficient;  // "fact.seccomp_default"
  std::string text;         // for people: "kubelet configuration of worker-1 not read"
  friend auto operator<=>(const Missing&, const Missing&) = default;
};

// What one field of one object is.
struct Fact {
  // declared: an object says so from which the thing itself may differ; what it says counts only where it makes the answer yes.
  enum class State : uint8_t { known, absent, unknown, declared } state = State::absent;
  // known: one member for a scalar, any number for a list. unknown: the members that a list may have at most; empty: anything.
  std::vector<std::string> values;
  std::string place;  // evidence: "container api: securityContext.privileged"
  Missing missing;    // for unknown and declared

  static Fact of(bool value, std::string place) { return {State::known, {value ? "true" : "false"}, std::move(place), {}}; }
  static Fact of(std::string value, std::string place) { return {State::known, {std::move(value)}, std::move(place), {}}; }
  static Fact list(std::vector<std::string> values, std::string place) { return {State::known, std::move(values), std::move(place), {}}; }
  static Fact none(std::string place) { return {State::absent, {}, std::move(place), {}}; }
  static Fact unread(Missing missing, std::string place) { return {State::unknown, {}, std::move(place), std::move(missing)}; }
  static Fact declared(std::vector<std::string> values, Missing missing, std::string place) {
    return {State::declared, std::move(values), std::move(place), std::move(missing)};
  }
  static Fact at_most(std::vector<std::string> values, Missing missing, std::string place) {
    return {State::unknown, std::move(values), std::move(place), std::move(missing)};
  }
};

struct Verdict {
  model::Tri value = model::Tri::no;
  std::vector<std::string> facts;  // what makes it yes, one line each
  std::vector<Missing> missing;    // what keeps it unknown
  std::string denied;              // for no: what says so
};

// A right that a row asks about.
struct RightAsked {
  std::vector<std::string> verbs;  // any of them
  std::string group, resource, subresource;
  std::string name;      // one named object; empty: any
  bool cluster = false;  // asked cluster-wide
  std::string ns;        // asked in this one namespace; empty: cluster-wide or in the namespace of the scene
};

struct Expression {
  enum class Kind : uint8_t { all, any, negation, atom, can, reaches, admits, some } kind = Kind::all;
  std::vector<Expression> parts;    // all, any, negation; some: the condition
  std::string object, field, op;    // atom; `field` also for admits, `object` also for some
  std::vector<std::string> values;  // atom; reaches: the address
  RightAsked right;                 // can
  int32_t port = 0;                 // reaches
};

// What the evaluator asks about. Implemented by graph over cluster facts; by a fake in tests.
class Scene {
 public:
  virtual ~Scene() = default;
  virtual Fact field(std::string_view object, std::string_view name) const = 0;
  virtual Verdict can(const RightAsked& right) const = 0;
  virtual Verdict reaches(std::string_view address, int32_t port) const = 0;
  virtual Verdict admits(std::string_view field) const = 0;
  // Whether `where` holds for an object of a kind. Only scenes of a whole cluster know kinds.
  virtual Verdict some(std::string_view /*kind*/, const Expression& /*where*/) const { return {}; }
};

// `where` names the row in errors.
base::Result<Expression> parse_expression(base::JsonView view, std::string_view where);
// The inside of `can`: {verb, group, resource, namespace}.
base::Result<RightAsked> parse_right(base::JsonView view, std::string_view where);
Verdict evaluate(const Expression& expression, const Scene& scene);
// Words of an expression for the row's page: "container privileged is true, and …".
std::string describe(const Expression& expression);
// Calls `fn(object, field)` for every atom, so that the catalogue can refuse a field that does not exist.
void each_field(const Expression& expression, const std::function<void(std::string_view, std::string_view)>& fn);

// Path without doubled or trailing slashes, "." and ".."; /var/run is /run.
std::string normal_path(std::string_view path);
bool path_under(std::string_view path, std::string_view root);
// -1, 0, 1 by the dotted numbers at the start of each; "v1.7.3-k3s1" is 1.7.3. nullopt where one has no number.
std::optional<int> compare_dotted(std::string_view a, std::string_view b);

}  // namespace bulkhead::graph
