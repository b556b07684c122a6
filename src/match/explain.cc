// Why one component has one flaw, or why not: every record that joins the two, with its comparison.
#include <array>

#include "base/text.h"
#include "match/internal/finding_of.h"
#include "match/internal/lookup.h"
#include "match/internal/node_parts.h"
#include "match/internal/release.h"
#include "match/matcher.h"
#include "model/package_role.h"
#include "model/purl.h"

namespace bulkhead::match {
namespace {

using model::Tri;

// "pkg:generic/linux@6.1.55" and its like stand for what nodes run.
std::optional<NodePart> part_of(const model::Component& c) {
  if (c.type != "generic") {
    return std::nullopt;
  }
  if (c.name == "linux") {
    return kernel_part(c.version);
  }
  for (const char* program :
       {"kubelet", "kube-proxy", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubernetes", "ingress-nginx"}) {
    if (c.name == program) {
      return kubernetes_part(program, c.version);
    }
  }
  std::vector<NodePart> parts = runtime_parts(c.name + "://" + c.version);
  return parts.empty() ? std::nullopt : std::optional(std::move(parts.front()));
}

std::string verdict_text(const Judged& j, const advisory::RecordInfo& record) {
  if (j.record->withdrawn) {
    return "withdrawn on " + record.withdrawn.substr(0, 10) + ": never matches";
  }
  switch (j.verdict.affected) {
    case Tri::yes: return "affected";
    case Tri::no: return "not affected";
    case Tri::unknown: return "unknown";
  }
  return {};
}

}  // namespace

base::Result<model::Component> component_of_purl(std::string_view text) {
  std::string whole(text);
  if (!text.starts_with("pkg:") && text.find('@') != text.npos) {
    whole = "pkg:generic/" + whole;  // "linux@6.1.55"
  }
  auto purl = model::parse_purl(whole);
  if (!purl) {
    base::Error error = std::move(purl).error();
    error.kind = base::ErrorKind::usage;
    return std::unexpected(std::move(error));
  }
  model::Component c;
  c.purl = model::to_text(*purl);
  c.type = purl->type;
  const bool of_distribution = purl->type == "deb" || purl->type == "rpm" || purl->type == "apk" || purl->type == "alpm";
  c.name = of_distribution ? purl->name : purl->full_name();
  c.version = purl->version;
  c.program = true;  // asked for by name: the thing itself
  if (of_distribution) {
    // upstream=name or upstream=name@version is how tools tell the source package.
    const auto [source, version] = base::split_once(purl->qualifier("upstream"), '@');
    c.source_name = source;
    c.source_version = version.value_or("");
    if (purl->type == "rpm" && c.source_name.ends_with(".src.rpm")) {  // the source package's file: name-version-release.src.rpm
      const size_t release = c.source_name.rfind('-');
      const size_t number = release == std::string::npos || release == 0 ? std::string::npos : c.source_name.rfind('-', release - 1);
      c.source_name.resize(number == std::string::npos ? 0 : number);
    }
    const std::string_view distro = purl->qualifier("distro");  // "debian-12", "debian-12.5", "12"
    const size_t dash = distro.rfind('-');
    const std::string_view release = distro.substr(dash == distro.npos ? 0 : dash + 1);
    c.distro = (dash == distro.npos ? purl->name_space : std::string(distro.substr(0, dash))) + ":" + std::string(release);
    if (const std::string_view epoch = purl->qualifier("epoch"); purl->type == "rpm" && !epoch.empty() && epoch != "0") {
      c.version = std::string(epoch) + ":" + c.version;
    }
    c.role = purl->type == "deb"   ? model::deb_role(c.name, "")
             : purl->type == "apk" ? model::apk_role(c.name)
             : purl->type == "rpm" ? model::rpm_role(c.name)
                                   : model::ComponentRole::code;
    if (purl->type != "deb" && c.role == model::ComponentRole::kernel) {
      c.role = model::ComponentRole::code;  // asked for by name: what its errata say
    }
  }
  return c;
}

base::Result<std::vector<LookedUp>> look_up(const model::Component& component, const advisory::Database& database) {
  static constexpr std::array kStates = {"affected", "no_fix", "will_not_fix", "deferred", "under_investigation", "not_affected", "frozen"};
  std::vector<LookedUp> out;
  const std::optional<NodePart> part = part_of(component);
  const std::optional<Lookup> lookup = part ? std::nullopt : lookup_of(component);
  if (!part && !lookup) {
    return out;
  }
  const std::string ecosystem = part ? part->subject.ecosystem : lookup->ecosystem;
  const std::string package = part ? part->subject.package : lookup->package;
  BULKHEAD_TRY(const std::vector<advisory::PackageRecord> records,
               lookup ? records_of(*lookup, ecosystem, database) : database.package(ecosystem, package));
  for (const advisory::PackageRecord& r : records) {
    BULKHEAD_TRY(const std::optional<advisory::Flaw> flaw, database.flaw(r.flaw));
    BULKHEAD_TRY(const std::optional<advisory::RecordInfo> record, database.record(r.advisory));
    if (!flaw || !record) {
      return base::fail(base::ErrorKind::input, "the advisory database names a record that is not in it", database.path());
    }
    LookedUp item{*flaw,  *record, ecosystem, package,   base::replace_all(r.ranges, "\n", ", "), kStates[static_cast<size_t>(r.state)],
                  r.note, {},      {},        r.versions};
    if (!component.version.empty()) {
      const Judged judged{&r, r.withdrawn ? Verdict{}
                              : part      ? judge_part(*part, r, Words::always)
                                          : judge_build(r, *lookup, std::span(&r, 1), Words::always)};
      item.verdict = verdict_text(judged, *record);
      item.comparison = judged.verdict.comparison;
    }
    out.push_back(std::move(item));
  }
  return out;
}

base::Result<Explanation> explain(const model::Component& component, std::string_view advisory, const advisory::Database& database,
                                  base::Moment as_of) {
  Explanation out;
  out.component = component;
  std::string name = advisory::advisory_name(advisory);
  BULKHEAD_TRY(const std::optional<advisory::Flaw> flaw, database.flaw_named(name));
  const std::optional<NodePart> part = part_of(component);
  const std::optional<Lookup> lookup = part ? std::nullopt : lookup_of(component);
  if (!part && !lookup) {
    out.notes.push_back("no advisory source knows components of type " + component.type);
    return out;
  }
  std::string ecosystem = part ? part->subject.ecosystem : lookup->ecosystem;
  if (lookup && lookup->distribution) {
    BULKHEAD_TRY(const Release release, release_of(ecosystem, database, as_of));
    ecosystem = release.ecosystem;
  }
  const std::string package = part ? part->subject.package : lookup->package;
  out.looked_up.push_back(ecosystem + " " + package);
  if (!flaw) {
    out.notes.push_back("no record of the name " + name + " in the database");
    return out;
  }
  BULKHEAD_TRY(const std::vector<advisory::PackageRecord> all,
               lookup ? records_of(*lookup, ecosystem, database) : database.package(ecosystem, package));
  std::vector<advisory::PackageRecord> records;
  for (const advisory::PackageRecord& r : all) {
    if (r.flaw == flaw->id) {
      records.push_back(r);
    }
  }
  if (records.empty()) {
    out.notes.push_back(flaw->name + " is known, but no record of it names " + ecosystem + " " + package);
    return out;
  }
  out.flaw = flaw->name;
  const FlawJudgement judged = judge_flaw(std::span<const advisory::PackageRecord>(records), [&](const advisory::PackageRecord& r) {
    return part ? judge_part(*part, r, Words::always) : judge_build(r, *lookup, records, Words::always);
  });
  for (const Judged& j : judged.judged) {
    BULKHEAD_TRY(const std::optional<advisory::RecordInfo> record, database.record(j.record->advisory));
    if (!record) {
      continue;
    }
    Judgement& line = out.judgements.emplace_back();
    line.record = record->id;
    line.source = record->source;
    line.file = record->file;
    line.feed_date = record->feed_date;
    line.matches = !j.record->withdrawn && j.verdict.affected != Tri::no;
    line.decides = &j == judged.decider;
    line.verdict = verdict_text(j, *record);
    const std::string scheme = part ? part->subject.scheme : lookup->scheme == nullptr ? "" : lookup->scheme->name;
    line.reason = {record->id,          scheme, package, ecosystem, part ? part->subject.version : lookup->version, j.verdict.range,
                   j.verdict.comparison};
  }
  // The finding comes from the same code as in a scan, with its rules on releases, programs and kernels.
  if (part) {
    std::vector<model::Finding> found;
    BULKHEAD_CHECK(match_part(*part, database, found));
    std::erase_if(found, [&](const model::Finding& f) { return f.id != flaw->name; });
    out.findings = std::move(found);
  } else {
    model::Inventory inventory;
    inventory.components.push_back(component);
    std::vector<model::CoverageNote> coverage;
    out.findings = match_inventory(inventory, database, as_of, &coverage);
    std::erase_if(out.findings, [&](const model::Finding& f) { return f.id != flaw->name; });
    for (const model::CoverageNote& note : coverage) {
      out.notes.push_back(note.why);
    }
  }
  return out;
}

}  // namespace bulkhead::match
