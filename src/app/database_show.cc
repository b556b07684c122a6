// `db info` and `db lookup`.
#include <cmath>
#include <cstdio>

#include "advisory/names.h"
#include "advisory/source.h"
#include "app/database.h"
#include "app/database_trust.h"
#include "base/text.h"
#include "match/matcher.h"

namespace bulkhead::app {
namespace {

std::string sources_json() {
  base::JsonWriter w(true);
  w.begin_object().member("schema", "bulkhead.advisory_sources/1").key("sources").begin_array();
  for (const advisory::Source* s : advisory::sources()) {
    w.begin_object().member("name", s->name).member("title", s->title).member("publisher", s->publisher).member("licence", s->licence);
    w.member("one_feed", s->single).end_object();
  }
  w.end_array().end_object();
  return w.take() + "\n";
}

void write_record(base::JsonWriter& w, const match::LookedUp& item) {
  w.begin_object()
      .member("id", item.flaw.name)
      .member("aliases", item.flaw.aliases)
      .member("record", item.record.id)
      .member("source", item.record.source);
  w.member("file", item.record.file).member("sha256", item.record.sha256).member("feed_date", item.record.feed_date);
  w.member("published", item.record.published).member("modified", item.record.modified).member("withdrawn", item.record.withdrawn);
  w.member("ecosystem", item.ecosystem).member("package", item.package).member("ranges", item.ranges).member("versions", item.versions);
  w.member("state", item.state).member("note", item.note).member("severity", item.flaw.severity).member("cvss", item.record.cvss);
  w.member("verdict", item.verdict).member("comparison", item.comparison).end_object();
}

}  // namespace

base::Result<int> print_database_info(const std::string& path, base::Moment as_of, bool sources_only) {
  if (sources_only) {
    std::fputs(sources_json().c_str(), stdout);
    return 0;
  }
  BULKHEAD_TRY(const advisory::Database database, open_database(path));
  BULKHEAD_TRY(const std::vector<advisory::Feed> feeds, database.feeds());
  BULKHEAD_TRY(const advisory::Database::Counts counts, database.counts());
  base::JsonWriter w(true);
  BULKHEAD_TRY(const Keyring keys, Keyring::load({}));
  BULKHEAD_TRY(const Origin origin, check_origin(path, keys));
  w.begin_object().member("schema", "bulkhead.db_info/1").member("database", path).member("origin", origin_text(origin));
  w.key("serial");
  origin.manifest ? w.value(origin.manifest->serial) : w.null();
  w.key("feeds").begin_array();
  for (const advisory::Feed& f : feeds) {
    w.begin_object()
        .member("feed", f.key)
        .member("source", f.source)
        .member("file", f.file)
        .member("sha256", f.sha256)
        .member("bytes", f.bytes);
    w.member("date", f.date).key("age_days");
    if (const auto date = base::parse_moment(f.date)) {
      w.value(std::floor(static_cast<double>(as_of - *date) / static_cast<double>(base::kDay)));
    } else {
      w.null();
    }
    w.member("records", f.records).member("skipped", f.skipped).key("skips").begin_array();
    for (const advisory::Skipped& s : f.skips) {
      w.begin_object().member("where", s.where).member("why", s.why).end_object();
    }
    w.end_array().member("note", f.note).end_object();
  }
  w.end_array().member("flaws", counts.flaws).member("advisories", counts.advisories).member("packages", counts.packages);
  w.member("affected", counts.affected)
      .member("epss_scores", counts.scores)
      .member("exploited", counts.exploited)
      .member("vex_statements", counts.vex)
      .end_object();
  std::printf("%s\n", w.str().c_str());
  return 0;
}

base::Result<int> print_lookup(const std::string& path, const std::string& purl) {
  BULKHEAD_TRY(const model::Component component, match::component_of_purl(purl));
  BULKHEAD_TRY(const advisory::Database database, open_database(path));
  BULKHEAD_TRY(const std::vector<match::LookedUp> items, match::look_up(component, database));
  for (const match::LookedUp& item : items) {
    base::JsonWriter w;
    write_record(w, item);
    std::printf("%s\n", w.str().c_str());
  }
  return 0;
}

}  // namespace bulkhead::app
