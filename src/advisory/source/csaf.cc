// CSAF 2.0 documents (docs.oasis-open.org/csaf), security advisories and VEX: what a vendor says of each product and flaw.
//
// Packages of a distribution (Red Hat, SUSE, openEuler, Azure Linux) become records: fixed version, no fix, will not be fixed,
// not affected, by release. Everything else that is named by a purl or a CPE (container images, appliances) becomes VEX
// statements. Products that are named by words only are counted and skipped. Of several fixed builds of one package in one
// release the smallest counts; "fixed" outweighs "known_affected", that "under_investigation", that "known_not_affected".
#include <map>
#include <utility>

#include "advisory/internal/csaf_products.h"
#include "advisory/internal/errata.h"
#include "advisory/source.h"
#include "advisory/vex.h"
#include "base/json.h"
#include "base/text.h"
#include "model/version.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

bool recognises(std::string_view, std::string_view head) { return base::trim(head).starts_with('{') && head.contains("\"csaf_version\""); }

bool wants(std::string_view name) {
  return name.ends_with(".json") && !name.ends_with("provider-metadata.json") && !name.ends_with("index.json") && !name.contains("-feed-");
}

struct Word {
  const char* status;  // a key of product_status
  VexStatus means;
  int weight;      // the heavier counts for one package
  bool versioned;  // names builds
};
constexpr Word kWords[] = {
    {"known_not_affected", VexStatus::not_affected, 0, false},
    {"under_investigation", VexStatus::under_investigation, 1, false},
    {"first_affected", VexStatus::affected, 2, false},
    {"known_affected", VexStatus::affected, 2, false},
    {"last_affected", VexStatus::affected, 2, false},
    {"first_fixed", VexStatus::fixed, 3, true},
    {"fixed", VexStatus::fixed, 3, true},
    {"recommended", VexStatus::fixed, 3, true},
};

using Key = std::pair<std::string, std::string>;  // ecosystem, package with its module
struct Said {
  const Word* word = nullptr;
  std::string version, product;
};

// product id → word, for flags and remediations.
using ByProduct = std::map<std::string, std::string, std::less<>>;

ByProduct by_product(JsonView list, const char* word_key, const char* category = nullptr) {
  ByProduct out;
  for (const JsonView& item : list.items()) {
    if (category != nullptr && item.get("category").text() != category) {
      continue;
    }
    const std::string word = item.get(word_key).text();
    for (const std::string& id : item.get("product_ids").texts()) {
      out.emplace(id, word);
    }
  }
  return out;
}

std::string word_of(const ByProduct& words, const std::string& id) {
  const auto at = words.find(id);
  return at == words.end() ? std::string() : at->second;
}

bool smaller(const std::string& a, const std::string& b) {
  const auto order = model::scheme("rpm")->compare(a, b);
  return order ? *order < 0 : a < b;
}

AffectedState affected_state(const std::string& no_fix, const std::string& none_yet) {
  if (!no_fix.empty()) {
    return AffectedState::will_not_fix;  // "Will not fix", "Out of support scope"
  }
  return base::lower_ascii(none_yet).contains("defer") ? AffectedState::deferred : AffectedState::no_fix;
}

Affected affected_of(const Key& key, const Said& said, const ByProduct& flags, const ByProduct& no_fix, const ByProduct& none_yet,
                     const std::string& erratum) {
  Affected x;
  x.ecosystem = key.first;
  x.package = key.second;
  std::string why;
  switch (said.word->means) {
    case VexStatus::fixed: x.ranges = "introduced 0\nfixed " + said.version; break;
    case VexStatus::affected:
      x.ranges = "introduced 0";
      x.state = affected_state(word_of(no_fix, said.product), word_of(none_yet, said.product));
      why = word_of(no_fix, said.product);
      break;
    case VexStatus::under_investigation:
      x.ranges = "introduced 0";
      x.state = AffectedState::under_investigation;
      break;
    case VexStatus::not_affected:
      x.state = AffectedState::not_affected;
      why = vex_justification(word_of(flags, said.product));
      break;
  }
  for (const std::string& part : {erratum, short_summary(why)}) {
    x.note += (x.note.empty() || part.empty() ? "" : "; ") + part;
  }
  return x;
}

void read_scores(Advisory& a, JsonView vulnerability) {
  for (const JsonView& score : vulnerability.get("scores").items()) {
    for (const char* key : {"cvss_v3", "cvss_v4", "cvss_v2"}) {
      const std::string vector = score.path(key, "vectorString").text();
      if (!vector.empty() && vector.size() < 400 && std::find(a.cvss.begin(), a.cvss.end(), vector) == a.cvss.end()) {
        a.cvss.push_back(vector);
      }
    }
  }
  for (const JsonView& threat : vulnerability.get("threats").items()) {
    if (const std::string word = severity_word(threat.get("details").text()); threat.get("category").text() == "impact" && !word.empty()) {
      a.severity = word;
    }
  }
}

struct Head {
  std::string id, author, date, erratum;
};

base::Status read_vulnerability(JsonView v, const CsafProducts& products, const Head& head, const Document& document,
                                const std::string& place, Sink& sink, uint64_t& nameless) {
  Advisory a;
  a.id = advisory_name(v.get("cve").text());
  if (a.id.empty()) {
    a.id = advisory_name(v.get("ids").at(0).get("text").text());
  }
  if (a.id.empty() || a.id.contains("://")) {
    return sink.skip(document, place, "names no flaw");
  }
  a.published = checked_date(v.get("release_date").text());
  a.modified = head.date;
  a.summary = short_summary(v.get("title").text());
  read_scores(a, v);
  const ByProduct flags = by_product(v.get("flags"), "label");
  const ByProduct no_fix = by_product(v.get("remediations"), "details", "no_fix_planned");
  const ByProduct none_yet = by_product(v.get("remediations"), "details", "none_available");
  std::map<Key, Said> packages;
  std::map<std::pair<int, std::string>, VexStatement> statements;  // by status and justification
  for (const Word& word : kWords) {
    for (const std::string& id : v.path("product_status", word.status).texts()) {
      CsafProduct p = products.find(id, word.versioned);
      if (p.identifier.starts_with("pkg:") || p.identifier.starts_with("cpe:")) {
        const std::string why = vex_justification(word_of(flags, id));
        VexStatement& s = statements[{static_cast<int>(word.means), why}];
        s.justification = why;
        s.status = vex_status_name(word.means);
        s.products.push_back(std::move(p.identifier));
      } else if (p.ecosystem.empty() || p.package.empty() || p.package.size() > 300 || p.package.contains('\n') ||
                 p.version.contains('\n') || (word.means == VexStatus::fixed && p.version.empty())) {
        ++nameless;
      } else {
        Said& said = packages[{p.ecosystem, variant_name(p.module, p.package)}];
        const bool first = said.word == nullptr || word.weight > said.word->weight;
        if (first || (word.weight == said.word->weight && word.means == VexStatus::fixed && smaller(p.version, said.version))) {
          said = {&word, p.version, id};
        }
      }
    }
  }
  for (const auto& [key, said] : packages) {
    a.affected.push_back(affected_of(key, said, flags, no_fix, none_yet, head.erratum));
  }
  BULKHEAD_CHECK(sink.add(a));
  for (auto& [key, s] : statements) {
    s.flaws = {a.id};
    s.document = head.id;
    s.author = head.author;
    s.date = head.date;
    BULKHEAD_CHECK(sink.add(s));
  }
  return {};
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  const JsonView about = json.root().get("document");
  const JsonView tracking = about.get("tracking");
  Head head;
  head.id = advisory_name(base::replace_all(tracking.get("id").text(), " ", "-"));
  if (about.get("csaf_version").text().empty() || head.id.empty()) {
    return base::fail(base::ErrorKind::input, "a CSAF document needs `document.csaf_version` and `document.tracking.id`", document.place);
  }
  head.author = short_summary(about.path("publisher", "name").text());
  head.date = checked_date(tracking.get("current_release_date").text());
  head.erratum = is_cve(head.id) ? std::string() : head.id;
  const CsafProducts products(json.root().get("product_tree"));
  size_t index = 0;
  uint64_t nameless = 0;
  for (const JsonView& v : json.root().get("vulnerabilities").items()) {
    BULKHEAD_CHECK(read_vulnerability(v, products, head, document, "vulnerabilities[" + std::to_string(index++) + "]", sink, nameless));
  }
  if (nameless > 0) {
    BULKHEAD_CHECK(sink.skip(document, "product_status", std::to_string(nameless) + " products have neither package, purl nor CPE"));
  }
  return sink.date(head.date);
}

}  // namespace

extern constinit const Source csaf{
    .name = "csaf",
    .title = "CSAF 2.0 advisories and VEX: Red Hat, SUSE, openEuler, Microsoft, any vendor",
    .publisher = "the vendors' security teams",
    .licence = "each publisher's: CC-BY 4.0 (Red Hat, SUSE), as marked in the document's distribution (others)",
    .rank = 11,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
