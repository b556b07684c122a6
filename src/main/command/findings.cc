#include "app/findings.h"
#include "app/database.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return {{Option::Kind::text, "SOURCE", "image archive, OCI folder, dir:PATH, or SBOM, as for `components`", true},
          {Option::Kind::text, "--db", "the advisory database [$BULKHEAD_DB, ~/.cache/bulkhead/advisories.db]"},
          {Option::Kind::text, "--format", "how to print", false, "table", {"table", "jsonl"}},
          {Option::Kind::text, "--as-of", "the date that support and ages are judged by [now]"}};
}

base::Result<int> run(const Arguments& arguments) {
  const std::string date = arguments.text("as-of");
  const auto moment = date.empty() ? std::optional(base::now()) : base::parse_moment(date);
  if (!moment) {
    return base::fail(base::ErrorKind::usage, "not a date", "--as-of " + date);
  }
  return app::print_findings({arguments.text("source"), app::database_path(arguments.maybe("db")), arguments.text("format"), *moment});
}

}  // namespace

extern constinit const Command findings{"findings", "known flaws of an image, file system or SBOM, each with its reason", options,
                                        "bulkhead findings shop-api.tar --db advisories.db\nbulkhead findings sbom.cdx.json --format jsonl",
                                        run};

}  // namespace bulkhead::main::command
