#include "app/snapshot.h"
#include "main/cluster_flags.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  std::vector<Option> all = {
      {Option::Kind::text, "-o,--output", "file to write (.tar.zst; mode 0600, written whole or not at all); needed"},
      {Option::Kind::flag, "--redact", "leave out the values of environment variables and annotations"},
      {Option::Kind::flag, "--strict", "exit with 4 when a kind of object could not be read"},
      {Option::Kind::text, "--as-of", "moment that the snapshot carries, instead of now"},
  };
  for (Option& option : cluster_options()) {
    if (option.names != "--snapshot") {
      all.push_back(std::move(option));
    }
  }
  return all;
}

base::Result<int> run(const Arguments& arguments) {
  if (!arguments.given("output")) {
    return base::fail(base::ErrorKind::usage, "snapshot needs --output FILE");
  }
  app::SnapshotRequest request;
  request.source = cluster_options_from(arguments);
  request.output = arguments.text("output");
  request.redact = arguments.flag("redact");
  request.strict = arguments.flag("strict");
  request.as_of = base::now();
  if (const auto as_of = arguments.maybe("as-of")) {
    const auto moment = base::parse_moment(*as_of);
    if (!moment) {
      return base::fail(base::ErrorKind::usage, "not a date", "--as-of", *as_of);
    }
    request.as_of = *moment;
  }
  return app::write_snapshot(request);
}

}  // namespace

extern constinit const Command snapshot{
    "snapshot", "record a live cluster, or manifests, into one file", options,
    "bulkhead snapshot -o shop.tar.zst\nbulkhead snapshot --kubeconfig admin.conf --context prod --redact -o prod.tar.zst\n"
    "bulkhead snapshot --from-manifests deploy/ -o planned.tar.zst",
    run};

}  // namespace bulkhead::main::command
