#include "app/findings.h"
#include "app/cluster_components.h"
#include "app/database.h"
#include "main/cluster_flags.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  std::vector<Option> all = {
          {Option::Kind::text, "SOURCE", "image archive, OCI folder, dir:PATH, or SBOM, as for `components`; `cluster` for nodes, Kubernetes and its add-ons"},
          {Option::Kind::text, "--db", "the advisory database [$BULKHEAD_DB, ~/.cache/bulkhead/advisories.db]"},
          {Option::Kind::text, "--format", "how to print", false, "table", {"table", "jsonl", "sarif", "openvex"}},
          {Option::Kind::text, "--sort", "order", false, "component", {"component", "priority"}},
          {Option::Kind::text, "--fail-on",
           "exit 1 when a finding meets it: 'priority>=20|severity>=high|kev'; also cvss, epss, exploit, ssvc"},
          {Option::Kind::text,
           "--mission",
           "SSVC: what the source is for, to the mission and to people",
           false,
           "medium",
           {"low", "medium", "high"}},
          {Option::Kind::text, "--coefficients", "YAML file whose values replace those of the model (priority.*, exploit.*)"},
          {Option::Kind::text, "--author", "who speaks in an OpenVEX document"},
          {Option::Kind::text, "--decisions", "file of own decisions [~/.config/bulkhead/decisions.yaml]"},
          {Option::Kind::list, "--vex", "VEX document to apply (OpenVEX, CycloneDX, CSAF); may be given often"},
          {Option::Kind::text, "--save", "file to keep the result in, for --stored"},
          {Option::Kind::text, "--stored", "a kept result: only what the database has news of is matched again"},
          {Option::Kind::flag, "--strict", "exit 4 when anything was not read or could not be judged"},
          {Option::Kind::text, "--as-of", "the date that support and ages are judged by [now]"}};
  for (Option& option : cluster_options()) {
    all.push_back(std::move(option));
  }
  return all;
}

base::Result<int> run(const Arguments& arguments) {
  const std::string date = arguments.text("as-of");
  const auto moment = date.empty() ? std::optional(base::now()) : base::parse_moment(date);
  if (!moment) {
    return base::fail(base::ErrorKind::usage, "not a date", "--as-of " + date);
  }
  if (arguments.text("source") == "cluster") {  // a file of that name is ./cluster
    const std::string format = arguments.text("format");
    if (format != "table" && format != "jsonl") {
      return base::fail(base::ErrorKind::usage, "findings of a cluster are printed as table or jsonl", "--format " + format);
    }
    return app::cluster_findings({.cluster = cluster_options_from(arguments),
                                  .database = arguments.text("db"),
                                  .as_of = date,
                                  .format = format,
                                  .output = {}});
  }
  app::FindingsRequest request;
  request.source = arguments.text("source");
  request.database = app::database_path(arguments.maybe("db"));
  request.format = arguments.text("format");
  request.as_of = *moment;
  request.sort = arguments.text("sort");
  request.fail_on = arguments.text("fail-on");
  request.mission = arguments.text("mission");
  request.coefficients = arguments.text("coefficients");
  request.author = arguments.text("author");
  request.decisions = arguments.maybe("decisions");
  request.vex = arguments.list("vex");
  request.stored = arguments.text("stored");
  request.save = arguments.text("save");
  request.strict = arguments.flag("strict");
  return app::print_findings(request);
}

}  // namespace

extern constinit const Command findings{
    "findings", "known flaws of an image, file system or SBOM, each with its reason", options,
    "bulkhead findings shop-api.tar --db advisories.db\nbulkhead findings sbom.cdx.json --format jsonl\n"
    "bulkhead findings shop-api.tar --sort priority --fail-on 'severity>=high|kev'\n"
    "bulkhead findings shop-api.tar --format sarif > findings.sarif\n"
    "bulkhead findings cluster --snapshot shop.snapshot.tar.zst",
    run};

}  // namespace bulkhead::main::command
