#include "match/rematch.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "match/internal/component_matcher.h"
#include "match/internal/finding_of.h"

namespace bulkhead::match {
namespace {

using base::ErrorKind;
using base::Result;
using Keys = std::set<std::string>;

// A question about one package is its component's own; all others stand for every component.
bool own(std::string_view key) { return key.starts_with("package\n"); }

// Listens as long as it lives.
class Listener {
 public:
  explicit Listener(const advisory::Database& database) : database_(database) {
    database_.watch([this](const std::string& key) { heard_.insert(key); });
  }
  ~Listener() { database_.watch({}); }
  Keys take() { return std::exchange(heard_, {}); }

 private:
  const advisory::Database& database_;
  Keys heard_;
};

// What matching one component asked and found.
struct Heard {
  Keys own;
  std::vector<model::Finding> findings;
};

// Matches those of the components that `wants` names; others keep nothing.
Result<std::map<size_t, Heard>> listen(const model::Inventory& inventory, const advisory::Database& database, base::Moment as_of,
                                       const std::vector<bool>& wants, Keys& common, std::vector<model::CoverageNote>& coverage) {
  Listener listener(database);
  std::map<size_t, Heard> out;
  ComponentMatcher matcher(database, as_of);
  for (size_t i = 0; i < inventory.components.size(); ++i) {
    if (!wants[i]) {
      continue;
    }
    Heard& heard = out[i];
    BULKHEAD_TRY(heard.findings, matcher.match(inventory.components[i]));
    for (const std::string& key : listener.take()) {
      (own(key) ? heard.own : common).insert(key);
    }
  }
  matcher.notes(coverage);
  return out;
}

uint32_t place_of_key(const std::vector<std::string>& keys, const std::string& key) {
  return static_cast<uint32_t>(std::lower_bound(keys.begin(), keys.end(), key) - keys.begin());
}

base::Status take_prints(StoredMatch& stored, const advisory::Database& database, base::Moment as_of) {
  stored.prints.clear();
  for (const std::string& key : stored.keys) {
    BULKHEAD_TRY(const uint64_t print, database.print(key, as_of));
    stored.prints.push_back(print);
  }
  return {};
}

// Puts what was heard into the stored result, and numbers all keys anew.
base::Status merge(StoredMatch& stored, std::map<size_t, Heard> heard, const Keys& common, const advisory::Database& database,
                   base::Moment as_of) {
  Keys all = common;
  std::vector<Keys> own_keys(stored.parts.size());
  for (size_t i = 0; i < stored.parts.size(); ++i) {
    if (const auto at = heard.find(i); at != heard.end()) {
      own_keys[i] = std::move(at->second.own);
      stored.parts[i].findings = std::move(at->second.findings);
    } else {
      for (const uint32_t key : stored.parts[i].keys) {
        own_keys[i].insert(stored.keys[key]);
      }
    }
    all.insert(own_keys[i].begin(), own_keys[i].end());
  }
  stored.keys.assign(all.begin(), all.end());
  const auto numbers = [&](const Keys& keys) {
    std::vector<uint32_t> out;
    for (const std::string& key : keys) {
      out.push_back(place_of_key(stored.keys, key));
    }
    return out;
  };
  for (size_t i = 0; i < stored.parts.size(); ++i) {
    stored.parts[i].keys = numbers(own_keys[i]);
  }
  stored.common = numbers(common);
  return take_prints(stored, database, as_of);
}

base::Status match_all(StoredMatch& stored, const advisory::Database& database, base::Moment as_of) {
  Keys common;
  stored.coverage.clear();
  stored.parts.assign(stored.inventory.components.size(), {});
  BULKHEAD_TRY(auto heard,
               listen(stored.inventory, database, as_of, std::vector<bool>(stored.parts.size(), true), common, stored.coverage));
  return merge(stored, std::move(heard), common, database, as_of);
}

}  // namespace

Result<StoredMatch> match_and_store(const model::Inventory& inventory, const advisory::Database& database, base::Moment as_of,
                                    std::string_view program) {
  StoredMatch out;
  out.program = program;
  out.inventory = inventory;
  BULKHEAD_CHECK(match_all(out, database, as_of));
  return out;
}

Result<RematchCount> rematch(StoredMatch& stored, const advisory::Database& database, base::Moment as_of, std::string_view program) {
  RematchCount out;
  out.components = stored.inventory.components.size();
  out.questions = stored.keys.size();
  std::vector<bool> changed(stored.keys.size());
  for (size_t i = 0; i < stored.keys.size(); ++i) {
    BULKHEAD_TRY(const uint64_t now, database.print(stored.keys[i], as_of));
    changed[i] = now != stored.prints[i];
    out.changed += changed[i] ? 1 : 0;
  }
  const auto common = std::ranges::find_if(stored.common, [&](uint32_t key) { return changed[key]; });
  if (stored.program != program) {
    out.why_all = "another version of the program matched it";
  } else if (common != stored.common.end()) {
    const std::string& key = stored.keys[*common];
    out.why_all = "what is known of " + key.substr(key.find('\n') + 1) + " changed";
  }
  if (!out.why_all.empty()) {
    stored.program = program;
    out.matched = out.components;
    BULKHEAD_CHECK(match_all(stored, database, as_of));
    return out;
  }
  std::vector<bool> wants(out.components);
  for (size_t i = 0; i < out.components; ++i) {
    wants[i] = std::ranges::any_of(stored.parts[i].keys, [&](uint32_t key) { return changed[key]; });
    out.matched += wants[i] ? 1 : 0;
  }
  if (out.matched == 0) {
    return out;
  }
  Keys all_common;
  for (const uint32_t key : stored.common) {
    all_common.insert(stored.keys[key]);
  }
  std::vector<model::CoverageNote> notes;  // of distributions: the same as before, or everything would have been matched
  BULKHEAD_TRY(auto heard, listen(stored.inventory, database, as_of, wants, all_common, notes));
  BULKHEAD_CHECK(merge(stored, std::move(heard), all_common, database, as_of));
  return out;
}

std::vector<model::Finding> findings_of(const StoredMatch& stored) {
  std::vector<model::Finding> out;
  for (const StoredMatch::Part& part : stored.parts) {
    out.insert(out.end(), part.findings.begin(), part.findings.end());
  }
  sort_findings(out);
  return out;
}

std::string to_json(const StoredMatch& stored) {
  base::JsonWriter w;
  w.begin_object().member("schema", "bulkhead.stored_match/1").member("program", stored.program);
  w.key("keys").value(stored.keys).key("prints").begin_array();
  for (const uint64_t print : stored.prints) {
    w.value(static_cast<int64_t>(print));
  }
  w.end_array().key("common").begin_array();
  for (const uint32_t key : stored.common) {
    w.value(static_cast<int64_t>(key));
  }
  w.end_array().key("parts").begin_array();
  for (const StoredMatch::Part& part : stored.parts) {
    w.begin_object().key("keys").begin_array();
    for (const uint32_t key : part.keys) {
      w.value(static_cast<int64_t>(key));
    }
    w.end_array().key("findings").begin_array();
    for (const model::Finding& f : part.findings) {
      model::write_finding(w, f);
    }
    w.end_array().end_object();
  }
  w.end_array().key("coverage").begin_array();
  for (const model::CoverageNote& note : stored.coverage) {
    w.begin_object()
        .member("what", note.what)
        .member("why", note.why)
        .member("error", note.state == model::CoverageNote::State::error)
        .member("read", note.state == model::CoverageNote::State::read)
        .end_object();
  }
  w.end_array().key("inventory").raw(model::to_json(stored.inventory)).end_object();
  return w.take() + "\n";
}

Result<StoredMatch> stored_match_from_json(std::string_view json, std::string_view where) {
  base::Limits limits;
  limits.document_bytes = 2ULL << 30;  // an inventory of a fleet with its findings
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(json, limits, where));
  const base::JsonView v = document.root();
  const auto wrong = [&](const char* why) {
    return base::fail(ErrorKind::input, "is no stored result of this program", std::string(where), why);
  };
  if (v.get("schema").text() != "bulkhead.stored_match/1") {
    return wrong("schema");
  }
  StoredMatch out;
  out.program = v.get("program").text();
  out.keys = v.get("keys").texts();
  for (const base::JsonView& item : v.get("prints").items()) {
    out.prints.push_back(static_cast<uint64_t>(item.integer().value_or(0)));
  }
  if (out.prints.size() != out.keys.size() || !std::ranges::is_sorted(out.keys)) {
    return wrong("keys and prints");
  }
  bool fits = true;
  const auto numbers = [&](base::JsonView list) {
    std::vector<uint32_t> numbers_read;
    for (const base::JsonView& item : list.items()) {
      const int64_t number = item.integer().value_or(-1);
      fits = fits && number >= 0 && static_cast<size_t>(number) < out.keys.size();
      numbers_read.push_back(fits ? static_cast<uint32_t>(number) : 0);
    }
    return numbers_read;
  };
  out.common = numbers(v.get("common"));
  for (const base::JsonView& item : v.get("parts").items()) {
    StoredMatch::Part& part = out.parts.emplace_back();
    part.keys = numbers(item.get("keys"));
    for (const base::JsonView& one : item.get("findings").items()) {
      BULKHEAD_TRY(model::Finding finding, model::finding_from_json(one));
      part.findings.push_back(std::move(finding));
    }
  }
  for (const base::JsonView& item : v.get("coverage").items()) {
    using State = model::CoverageNote::State;
    const State state = item.get("error").flag() ? State::error : item.get("read").flag() ? State::read : State::skipped;
    out.coverage.push_back({state, item.get("what").text(), item.get("why").text()});
  }
  BULKHEAD_TRY(out.inventory, model::inventory_from_json(v.get("inventory").dump(), limits));
  if (!fits || out.parts.size() != out.inventory.components.size()) {
    return wrong("its parts do not fit its components");
  }
  return out;
}

}  // namespace bulkhead::match
