#include "app/cluster_components.h"
#include "app/components.h"
#include "main/cluster_flags.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  std::vector<Option> all = {
          {.names = "SOURCE",
           .help = "docker-archive or OCI archive, OCI folder, dir:PATH (root file system), or an SBOM (CycloneDX, SPDX); `cluster` for what a cluster is made of",
           .required = true},
          {.names = "--format", .help = "output form", .fallback = "jsonl", .choices = {"jsonl", "cyclonedx-json", "spdx-json", "tsv", "table"}},
          {.names = "-o,--output", .help = "write to this file (whole or not at all)"},
          {.kind = Option::Kind::flag, .names = "--strict", .help = "exit 4 when anything was left unread"},
          {.names = "--db", .help = "of `cluster`: advisory database whose life-cycle feed tells the end of support"},
          {.names = "--as-of", .help = "of `cluster`: the date that support is judged by [now]"}};
  for (Option& option : cluster_options()) {
    all.push_back(std::move(option));
  }
  return all;
}

base::Result<int> run(const Arguments& arguments) {
  app::ComponentsRequest request;
  request.source = arguments.text("source");
  const std::string format = arguments.text("format");
  request.format = format == "tsv"              ? app::ComponentFormat::tsv
                   : format == "spdx-json"      ? app::ComponentFormat::spdx_json
                   : format == "table"          ? app::ComponentFormat::table
                   : format == "cyclonedx-json" ? app::ComponentFormat::cyclonedx_json
                                                : app::ComponentFormat::jsonl;
  request.output = arguments.text("output");
  request.strict = arguments.flag("strict");
  if (request.source == "cluster") {  // a file of that name is ./cluster
    return app::cluster_components({.cluster = cluster_options_from(arguments),
                                    .database = arguments.text("db"),
                                    .as_of = arguments.text("as-of"),
                                    .format = format,
                                    .output = request.output,
                                    .strict = request.strict});
  }
  return app::components(request);
}

}  // namespace

extern constinit const Command components{"components", "what an image, a root file system or an SBOM holds, or what a cluster is made of", options,
                                          "bulkhead components shop-api.tar\n"
                                          "bulkhead components dir:/ --format tsv\n"
                                          "bulkhead components image.oci.tar --format cyclonedx-json -o image.cdx.json\n"
                                          "bulkhead components cluster --snapshot shop.snapshot.tar.zst --format cyclonedx-json",
                                          run};

}  // namespace bulkhead::main::command
