#include "match/decision.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "base/hash.h"
#include "base/text.h"
#include "model/purl.h"

namespace bulkhead::match {
namespace {

using base::ErrorKind;

constexpr std::array<std::string_view, 4> kStatuses = {"not_affected", "affected", "fixed", "under_investigation"};
constexpr std::array<std::string_view, 5> kJustifications = {
    "component_not_present", "vulnerable_code_not_present", "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary", "inline_mitigations_already_exist"};
constexpr size_t kMaxField = 4096;  // bytes of one field

std::string id_of(const Decision& d) {
  const DecisionScope& s = d.scope;
  std::string all;
  for (const std::string* part :
       {&d.document, &d.subject, &d.product, &d.flaw, &d.component, &s.image, &s.path, &s.workload, &s.ns, &s.cluster}) {
    all += std::to_string(part->size()) + ":" + *part;
  }
  return base::sha256_hex(all).substr(0, 12);
}

bool any_matches(const std::string& pattern, const std::vector<std::string>& names) {
  return std::ranges::any_of(names, [&](const std::string& name) { return base::glob_match(pattern, name); });
}

// Whether a statement's product is around the finding: the image itself, or the program that the component is built into. In several
// binaries, all must be of the product: one that is not keeps the flaw.
bool is_here(const std::string& product, const model::Finding& f, const DecisionPlace& place) {
  if (!place.product.empty() && advisory::vex_covers(product, place.product)) {
    return true;
  }
  return !f.paths.empty() && std::ranges::all_of(f.paths, [&](const std::string& path) {
    const auto at = place.programs.find(path);
    return at != place.programs.end() &&
           std::ranges::any_of(at->second, [&](const std::string& purl) { return advisory::vex_covers(product, purl); });
  });
}

bool speaks_of(const Decision& d, const model::Finding& f, const DecisionPlace& place) {
  if (d.flaw != f.id && std::ranges::find(f.aliases, d.flaw) == f.aliases.end()) {
    return false;
  }
  if (!d.subject.empty()) {
    const bool part = advisory::vex_covers(d.subject, f.purl) && (d.product.empty() || is_here(d.product, f, place));
    const bool whole = d.product.empty() && !place.product.empty() && advisory::vex_covers(d.subject, place.product);
    return part || whole;
  }
  return d.component.empty() || d.component == component_key(f.purl);
}

enum class Cover { no, some, all };

Cover covers(const Decision& d, const model::Finding& f, const DecisionPlace& place) {
  const DecisionScope& s = d.scope;
  if (!s.cluster.empty() && s.cluster != place.cluster) {
    return Cover::no;
  }
  if (!s.image.empty() && !any_matches(s.image, place.images)) {
    return Cover::no;
  }
  if (!s.path.empty() &&
      (f.paths.empty() || !std::ranges::all_of(f.paths, [&](const std::string& path) { return base::glob_match(s.path, path); }))) {
    return Cover::no;
  }
  if (!s.needs_workload()) {
    return Cover::all;
  }
  size_t inside = 0;
  for (const auto& [ns, name] : place.workloads) {
    const bool here = (s.ns.empty() || base::glob_match(s.ns, ns)) && (s.workload.empty() || base::glob_match(s.workload, ns + "/" + name));
    inside += here ? 1 : 0;
  }
  return inside == 0 ? Cover::no : inside == place.workloads.size() ? Cover::all : Cover::some;
}

bool is_over(const Decision& d, base::Moment as_of) {
  const auto end = base::parse_moment(d.expires);
  return end && as_of >= *end + base::kDay;
}

// The greater is believed.
auto weight(const Decision& d) {
  return std::tuple(d.document.empty(), base::parse_moment(d.decided).value_or(INT64_MIN), std::string_view(d.id));
}

std::string about(const Decision& d) { return d.flaw + (d.component.empty() ? "" : " of " + d.component); }

}  // namespace

std::string component_key(std::string_view text) {
  auto purl = model::parse_purl(text);
  if (!purl) {
    return std::string(text);
  }
  purl->version.clear();
  purl->qualifiers.clear();
  purl->subpath.clear();
  return model::to_text(*purl);
}

std::vector<Decision> decisions_of(const std::vector<advisory::StoredVex>& statements) {
  std::vector<Decision> out;
  for (const advisory::StoredVex& v : statements) {
    Decision d;
    d.subject = v.subcomponent.empty() ? v.product : v.subcomponent;
    d.product = v.subcomponent.empty() ? "" : v.product;
    d.status = advisory::vex_status_name(v.status);
    d.justification = v.status == advisory::VexStatus::not_affected ? advisory::vex_justification(v.justification) : "";
    d.reason = v.words.empty() ? "stated by " + (v.author.empty() ? v.document : v.author) : v.words;
    d.author = v.author;
    d.decided = base::parse_moment(v.date) ? v.date : "";
    d.document = v.file.empty() ? v.document : v.file;
    for (const std::string& flaw : v.flaws) {
      d.flaw = flaw;
      if (auto checked = checked_decision(d)) {
        out.push_back(*std::move(checked));
      }
    }
  }
  return out;
}

base::Result<Decision> checked_decision(Decision d) {
  const auto wrong = [&](const std::string& what, const std::string& value) {
    return base::fail(ErrorKind::usage, "decision: " + what, value);
  };
  for (std::string* field :
       {&d.flaw, &d.component, &d.scope.image, &d.scope.path, &d.scope.workload, &d.scope.ns, &d.scope.cluster, &d.reason, &d.author,
        &d.document, &d.subject, &d.product}) {
    *field = base::trim(base::repair_utf8(*field));
    if (field->size() > kMaxField) {
      return wrong("a field is longer than " + std::to_string(kMaxField) + " bytes", field->substr(0, 40));
    }
  }
  if (d.flaw.empty()) {
    return wrong("it names no flaw", "");
  }
  if (std::ranges::find(kStatuses, d.status) == kStatuses.end()) {
    return wrong("the status must be not_affected, affected, fixed or under_investigation", d.status);
  }
  if (!d.justification.empty() && std::ranges::find(kJustifications, d.justification) == kJustifications.end()) {
    return wrong("no justification of VEX", d.justification);
  }
  if (!d.justification.empty() && d.status != "not_affected") {
    return wrong("only not_affected takes a justification", d.justification);
  }
  if (d.status == "not_affected" && d.justification.empty() && d.reason.empty()) {
    return wrong("not_affected needs a justification or a reason", d.flaw);
  }
  // Taken alone they would be ignored, and the decision would hold for more than its author wrote.
  if (d.document.empty() && !(d.subject.empty() && d.product.empty())) {
    return wrong("only a statement of a VEX document takes a subject or a product", d.flaw);
  }
  for (const std::string* date : {&d.decided, &d.expires}) {
    if (!date->empty() && !base::parse_moment(*date)) {
      return wrong("not a date", *date);
    }
  }
  if (!d.component.empty()) {
    const auto purl = model::parse_purl(d.component);
    if (!purl) {
      return wrong("the component must be a package URL", d.component);
    }
    d.component = component_key(d.component);
  }
  d.id = id_of(d);
  return d;
}

void write_decision(base::JsonWriter& w, const Decision& d) {
  w.begin_object().member("id", d.id).member("flaw", d.flaw).member("component", d.component).key("scope").begin_object();
  const std::pair<const char*, const std::string*> scope[] = {{"image", &d.scope.image},
                                                              {"path", &d.scope.path},
                                                              {"workload", &d.scope.workload},
                                                              {"namespace", &d.scope.ns},
                                                              {"cluster", &d.scope.cluster}};
  for (const auto& [name, value] : scope) {
    if (!value->empty()) {
      w.member(name, *value);
    }
  }
  w.end_object().member("status", d.status).member("justification", d.justification).member("reason", d.reason).member("author", d.author);
  w.member("decided", d.decided).member("expires", d.expires);
  if (!d.document.empty()) {
    w.member("document", d.document).member("subject", d.subject).member("product", d.product);
  }
  w.end_object();
}

base::Result<Decision> decision_from_json(base::JsonView v, std::string_view where) {
  if (v.kind() != base::JsonKind::object) {
    return base::fail(ErrorKind::input, "a decision must be a mapping", std::string(where));
  }
  Decision d;
  d.flaw = v.get("flaw").text();
  d.component = v.get("component").text();
  const base::JsonView scope = v.get("scope");
  d.scope = {scope.get("image").text(), scope.get("path").text(), scope.get("workload").text(), scope.get("namespace").text(),
             scope.get("cluster").text()};
  d.status = v.get("status").text();
  d.justification = v.get("justification").text();
  d.reason = v.get("reason").text();
  d.author = v.get("author").text();
  d.decided = v.get("decided").text();
  d.expires = v.get("expires").text();
  d.document = v.get("document").text();
  d.subject = v.get("subject").text();
  d.product = v.get("product").text();
  // A misspelt part of the scope would make the decision hold everywhere.
  base::Status known;
  const auto check = [&](base::JsonView object, std::initializer_list<std::string_view> names) {
    object.each([&](std::string_view key, base::JsonView) {
      if (known && std::ranges::find(names, key) == names.end()) {
        known = base::fail(ErrorKind::input, "a decision has no field of this name", std::string(where), std::string(key));
      }
    });
  };
  check(v, {"id", "flaw", "component", "scope", "status", "justification", "reason", "author", "decided", "expires", "document", "subject",
            "product"});
  check(scope, {"image", "path", "workload", "namespace", "cluster"});
  BULKHEAD_CHECK(known);
  auto checked = checked_decision(std::move(d));
  if (!checked) {
    base::Error error = std::move(checked).error();
    error.kind = ErrorKind::input;
    return std::unexpected(std::move(error).in(std::string(where)));
  }
  return checked;
}

DecisionPlace place_of(const model::Inventory& inventory) {
  DecisionPlace out;
  const auto add = [&](std::string_view name) {
    if (!name.empty()) {
      out.images.emplace_back(name);
    }
  };
  for (const std::string& reference : inventory.references) {
    add(reference);
    const std::string_view bare = std::string_view(reference).substr(0, reference.find('@'));
    const size_t slash = bare.rfind('/');
    const size_t colon = bare.find(':', slash == bare.npos ? 0 : slash);
    if (colon != bare.npos) {
      add(bare.substr(0, colon));
    }
  }
  add(inventory.manifest_digest);
  add(inventory.config_digest);
  add(inventory.subject);
  for (const model::Component& c : inventory.components) {
    if (c.program) {
      for (const std::string& path : c.paths) {
        out.programs[path].push_back(c.purl);
      }
    }
  }
  return out;
}

void Decisions::add(std::vector<Decision> more) { std::ranges::move(more, std::back_inserter(all_)); }

void Decisions::apply(std::vector<model::Finding>& findings, const DecisionPlace& place, base::Moment as_of, DecisionUse& use) const {
  std::multimap<std::string_view, const Decision*> by_flaw;
  for (const Decision& d : all_) {
    by_flaw.emplace(d.flaw, &d);
  }
  std::set<std::string> expired(use.expired.begin(), use.expired.end()), partly(use.partly.begin(), use.partly.end());
  for (model::Finding& f : findings) {
    const Decision* best = nullptr;
    const auto ask = [&](const std::string& name) {
      const auto [first, last] = by_flaw.equal_range(name);
      for (auto at = first; at != last; ++at) {
        const Decision& d = *at->second;
        const Cover cover = speaks_of(d, f, place) ? covers(d, f, place) : Cover::no;
        if (cover == Cover::some) {
          partly.insert(d.id + " on " + about(d) + " covers some of the workloads that run it");
        } else if (cover == Cover::all && is_over(d, as_of)) {
          expired.insert(d.id + " on " + about(d) + " ended " + d.expires.substr(0, 10));
        } else if (cover == Cover::all && (best == nullptr || weight(*best) < weight(d))) {
          best = &d;
        }
      }
    };
    ask(f.id);
    for (const std::string& alias : f.aliases) {
      ask(alias);
    }
    if (best != nullptr && !f.disposition) {
      f.disposition = {best->status,
                       best->justification,
                       best->reason,
                       best->author,
                       best->decided,
                       best->expires,
                       best->document.empty() ? "decision " + best->id : "vex " + best->document};
      ++(f.disposition.settles() ? use.decided : use.noted);
    }
  }
  use.expired.assign(expired.begin(), expired.end());
  use.partly.assign(partly.begin(), partly.end());
}

}  // namespace bulkhead::match
