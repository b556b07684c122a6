#include "app/components.h"
#include "main/command.h"

namespace bulkhead::main::command {
namespace {

std::vector<Option> options() {
  return {{.names = "SOURCE",
           .help = "docker-archive or OCI archive, OCI folder, dir:PATH (root file system), or CycloneDX JSON",
           .required = true},
          {.names = "--format", .help = "output form", .fallback = "jsonl", .choices = {"jsonl", "cyclonedx-json", "tsv", "table"}},
          {.names = "-o,--output", .help = "write to this file (whole or not at all)"},
          {.kind = Option::Kind::flag, .names = "--strict", .help = "exit 4 when anything was left unread"}};
}

base::Result<int> run(const Arguments& arguments) {
  app::ComponentsRequest request;
  request.source = arguments.text("source");
  const std::string format = arguments.text("format");
  request.format = format == "tsv"              ? app::ComponentFormat::tsv
                   : format == "table"          ? app::ComponentFormat::table
                   : format == "cyclonedx-json" ? app::ComponentFormat::cyclonedx_json
                                                : app::ComponentFormat::jsonl;
  request.output = arguments.text("output");
  request.strict = arguments.flag("strict");
  return app::components(request);
}

}  // namespace

extern constinit const Command components{"components", "what an image, a root file system or an SBOM holds", options,
                                          "bulkhead components shop-api.tar\n"
                                          "bulkhead components dir:/ --format tsv\n"
                                          "bulkhead components image.oci.tar --format cyclonedx-json -o image.cdx.json",
                                          run};

}  // namespace bulkhead::main::command
