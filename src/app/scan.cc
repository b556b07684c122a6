#include "app/scan.h"

#include <unistd.h>
#include <cstdio>
#include <filesystem>

#include "app/terminal.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::app {
namespace {

std::string request_of(const ScanOptions& o) {
  const OutputStyle style = output_style(o.color);
  base::JsonWriter w;
  w.begin_object()
      .member("as_of", o.assess.as_of)
      .member("view", o.view)
      .member("format", o.patches.empty() ? o.format : "json")
      .member("subject", o.subject);
  w.member("from", o.from).member("to", o.to).member("weights", o.weights).member("fail_on", o.fail_on);
  w.member("horizon_days", o.horizon_days)
      .member("trials", o.trials)
      .member("seed", o.seed)
      .member("threads", static_cast<uint64_t>(o.threads));
  w.member("strict", o.strict).member("all_findings", o.all_findings);
  w.member("width", static_cast<uint64_t>(style.width)).member("color", style.color).end_object();
  return w.take();
}

// An action's id as a file name: nothing but letters, digits, '.', '_', '-'.
std::string file_name(std::string_view id) {
  std::string name;
  for (const char c : id) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    name += plain ? c : '_';
  }
  return name.substr(0, 120);
}

// One file per action of the plan: its patch, with what it does and whom it may break as comments.
base::Status write_patches(const std::string& folder, std::string_view json) {
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(json, {}, "plan"));
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return base::fail(base::ErrorKind::io, "cannot make the folder", folder, error.message());
  }
  size_t number = 0, written = 0;
  for (const base::JsonView& item : document.root().get("plan").items()) {
    ++number;
    for (const base::JsonView& action : item.get("actions").items()) {
      const std::string kind = action.get("patch_kind").text();
      const bool manifest = kind != "text";
      std::string text;
      const auto comment = [&](std::string_view line) { text += (manifest ? "# " : "") + base::escape_terminal(line) + "\n"; };
      comment(action.get("title").text());
      for (const std::string& object : action.get("objects").texts()) {
        comment("touches " + object);
      }
      for (const std::string& user : action.get("may_break").texts()) {
        comment("may break: " + user);
      }
      comment(manifest ? kind == "strategic-merge" ? "apply with: kubectl patch --patch-file THIS_FILE …"
                                                   : "apply with: kubectl apply -f THIS_FILE"
                       : "");
      text += action.get("patch").text();
      text += text.ends_with("\n") ? "" : "\n";
      char prefix[16];
      std::snprintf(prefix, sizeof prefix, "%02zu-", number);
      BULKHEAD_CHECK(
          base::write_file_atomic(folder + "/" + prefix + file_name(action.get("id").text()) + (manifest ? ".yaml" : ".txt"), text, 0600));
      ++written;
    }
  }
  std::printf("wrote %zu patches for %zu plan items to %s\n", written, number, base::escape_terminal(folder).c_str());
  return {};
}

}  // namespace

base::Result<int> scan(const ScanOptions& options) {
  std::string kept;
  std::string request = request_of(options);
  if (!options.coefficients.empty()) {
    BULKHEAD_TRY(const std::string text, base::read_file(options.coefficients, options.assess.limits.document_bytes));
    request.insert(request.size() - 1, ",\"coefficients\":" + base::json_quote(text));
  }
  const bool patches = !options.patches.empty();
  BULKHEAD_TRY(const base::WorkerResult result,
               run_on_cluster("assess", request, options.assess, [&](std::string_view bytes) -> base::Status {
                 if (patches) {
                   kept += bytes;
                   return {};
                 }
                 return base::write_all(STDOUT_FILENO, bytes, "standard output");
               }));
  if (patches) {
    BULKHEAD_CHECK(write_patches(options.patches, kept));
  }
  if (!result.jailed) {
    std::fprintf(stderr, "note: the reader ran unjailed: %s\n", base::escape_terminal(result.unjailed_reason).c_str());
  }
  return result.exit_code;
}

}  // namespace bulkhead::app
