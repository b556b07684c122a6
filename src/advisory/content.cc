#include "advisory/content.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/clock.h"
#include "base/text.h"

namespace bulkhead::advisory {
namespace {

// The order of texts, not of their numbers: these depend on what came first.
bool before(const KeptAffected& a, const KeptAffected& b, const TextPool& texts) {
  for (const auto field : {&KeptAffected::ecosystem, &KeptAffected::package, &KeptAffected::ranges, &KeptAffected::versions}) {
    if (a.*field != b.*field) {
      return texts[a.*field] < texts[b.*field];
    }
  }
  if (a.state != b.state) {
    return a.state < b.state;
  }
  return a.note != b.note ? texts[a.note] < texts[b.note] : texts[a.symbols] < texts[b.symbols];
}

KeptAffected keep_one(const Affected& x, TextPool& texts) {
  return {texts.id(x.ecosystem),
          texts.id(x.package),
          texts.id(x.ranges),
          texts.id(base::join(x.versions, "\n")),
          texts.id(x.note),
          texts.id(x.symbols),
          x.state};
}

// A statement names many products and the parts in them; look-ups ask for one pair.
void take_apart(std::vector<VexRow>& out, VexStatement&& s) {
  VexRow row;
  row.flaws = base::join(s.flaws, "\n");
  row.status = std::move(s.status);
  row.justification = std::move(s.justification);
  row.words = std::move(s.words);
  row.document = std::move(s.document);
  row.author = std::move(s.author);
  row.date = std::move(s.date);
  for (const std::string& product : s.products) {
    row.product = product;
    row.subcomponent.clear();
    if (s.subcomponents.empty()) {
      out.push_back(row);
    }
    for (const std::string& part : s.subcomponents) {
      row.subcomponent = part;
      out.push_back(row);
    }
  }
}

std::string later(const std::string& a, const std::string& b) {
  return base::parse_moment(a).value_or(INT64_MIN) >= base::parse_moment(b).value_or(INT64_MIN) ? a : b;
}

// Two records of one id in one feed: the tracker names a flaw once per package, archives hold a file twice.
void join(Advisory& into, Advisory&& other) {
  if (later(into.modified, other.modified) != into.modified) {
    std::swap(into, other);
  }
  std::move(other.aliases.begin(), other.aliases.end(), std::back_inserter(into.aliases));
  for (std::string& vector : other.cvss) {
    if (std::find(into.cvss.begin(), into.cvss.end(), vector) == into.cvss.end()) {
      into.cvss.push_back(std::move(vector));
    }
  }
  if (into.summary.empty()) {
    into.summary = std::move(other.summary);
  }
}

template <typename T, typename Key>
void sort_unique(std::vector<T>& items, Key key) {
  std::stable_sort(items.begin(), items.end(), [&](const T& a, const T& b) { return key(a) < key(b); });
  items.erase(std::unique(items.begin(), items.end(), [&](const T& a, const T& b) { return key(a) == key(b); }), items.end());
}

}  // namespace

base::Status FeedContent::add_line(std::string_view line) {
  BULKHEAD_TRY(Record record, from_line(line));
  feed.records += 1;
  if (auto* a = std::get_if<Advisory>(&record)) {
    if (a->id.empty()) {
      return base::fail(base::ErrorKind::internal, "the worker sent a record without an id", feed.file);
    }
    advisories.push_back(std::move(*a));
    keep();
  } else if (auto* e = std::get_if<EpssScores>(&record)) {
    feed.records += e->rows.size() - 1;
    std::move(e->rows.begin(), e->rows.end(), std::back_inserter(scores));
  } else if (auto* k = std::get_if<Exploited>(&record)) {
    exploited.push_back(std::move(*k));
  } else if (auto* x = std::get_if<Exploit>(&record)) {
    exploits.push_back(std::move(*x));
  } else if (auto* c = std::get_if<Cycle>(&record)) {
    cycles.push_back(std::move(*c));
  } else if (auto* p = std::get_if<Checks>(&record)) {
    checks.push_back(std::move(*p));
  } else if (auto* v = std::get_if<VexStatement>(&record)) {
    take_apart(vex, std::move(*v));
  } else if (auto* n = std::get_if<Fact>(&record)) {
    facts.push_back(std::move(*n));
  } else if (auto* s = std::get_if<Skipped>(&record)) {
    feed.records -= 1;
    feed.skipped += 1;
    if (feed.skips.size() < kSkipsKept) {
      feed.skips.push_back(std::move(*s));
    }
  } else if (auto* f = std::get_if<FeedInfo>(&record)) {
    feed.records -= 1;
    feed.date = later(feed.date, f->date);
    if (!f->note.empty()) {
      feed.note = f->note;
    }
    if (!f->part.empty() && parts.size() < 2 && std::find(parts.begin(), parts.end(), f->part) == parts.end()) {
      parts.push_back(f->part);
    }
  }
  return {};
}

void FeedContent::keep() {
  for (size_t i = kept.size(); i < advisories.size(); ++i) {
    std::vector<KeptAffected>& list = kept.emplace_back();
    list.reserve(advisories[i].affected.size());
    for (const Affected& x : advisories[i].affected) {
      list.push_back(keep_one(x, texts));
    }
    advisories[i].affected = {};
  }
}

void FeedContent::finish() {
  keep();
  // Place breaks ties, so that two records of one id join in one order whatever order they came in.
  std::vector<size_t> order(advisories.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t left, size_t right) {
    const Advisory &a = advisories[left], &b = advisories[right];
    return std::tie(a.id, a.modified, a.summary) < std::tie(b.id, b.modified, b.summary);
  });
  std::vector<Advisory> joined;
  std::vector<std::vector<KeptAffected>> lists;
  joined.reserve(advisories.size());
  lists.reserve(advisories.size());
  for (const size_t at : order) {
    if (!joined.empty() && joined.back().id == advisories[at].id) {
      join(joined.back(), std::move(advisories[at]));
      lists.back().insert(lists.back().end(), kept[at].begin(), kept[at].end());
    } else {
      joined.push_back(std::move(advisories[at]));
      lists.push_back(std::move(kept[at]));
    }
  }
  for (std::vector<KeptAffected>& list : lists) {
    std::sort(list.begin(), list.end(), [&](const KeptAffected& a, const KeptAffected& b) { return before(a, b, texts); });
    list.erase(std::unique(list.begin(), list.end()), list.end());
    list.shrink_to_fit();
  }
  kept = std::move(lists);
  kept.shrink_to_fit();
  texts.seal();
  for (Advisory& a : joined) {
    sort_unique(a.aliases, [](const std::string& name) -> const std::string& { return name; });
    std::erase(a.aliases, a.id);
  }
  joined.shrink_to_fit();
  advisories = std::move(joined);
  sort_unique(scores, [](const EpssScore& e) -> const std::string& { return e.cve; });
  sort_unique(exploited, [](const Exploited& e) -> const std::string& { return e.id; });
  sort_unique(checks, [](const Checks& c) -> const std::string& { return c.id; });
  std::sort(vex.begin(), vex.end());
  vex.erase(std::unique(vex.begin(), vex.end()), vex.end());
  vex.shrink_to_fit();
  sort_unique(facts, [](const Fact& f) { return std::tie(f.kind, f.name); });
  std::stable_sort(exploits.begin(), exploits.end(), [](const Exploit& a, const Exploit& b) { return a.id < b.id; });
  std::vector<Exploit> merged;
  for (Exploit& e : exploits) {
    if (!merged.empty() && merged.back().id == e.id) {
      std::move(e.sources.begin(), e.sources.end(), std::back_inserter(merged.back().sources));
    } else {
      merged.push_back(std::move(e));
    }
  }
  for (Exploit& e : merged) {
    sort_unique(e.sources, [](const std::string& name) -> const std::string& { return name; });
  }
  exploits = std::move(merged);
}

void FeedContent::carry_scores(const FeedContent& older) {
  // The same day again keeps what that day's import had before it.
  const bool same_day = !feed.date.empty() && feed.date == older.feed.date;
  auto at = older.scores.begin();
  for (EpssScore& e : scores) {
    while (at != older.scores.end() && at->cve < e.cve) {
      ++at;
    }
    if (at != older.scores.end() && at->cve == e.cve) {
      e.previous = same_day ? at->previous : static_cast<int32_t>(at->score);
    }
  }
  if (same_day) {
    feed.note = older.feed.note;
  } else if (!scores.empty() && !older.scores.empty()) {
    const std::string before = older.feed.note.substr(0, older.feed.note.find("; before: "));
    feed.note += "; before: " + older.feed.date + (before.empty() ? "" : ", " + before);
  }
}

}  // namespace bulkhead::advisory
