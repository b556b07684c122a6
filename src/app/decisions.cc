#include "app/decisions.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <tuple>

#include <unistd.h>

#include "app/database.h"
#include "app/database_trust.h"
#include "app/terminal.h"
#include "app/vex_file.h"
#include "base/file.h"
#include "base/text.h"
#include "base/yaml.h"
#include "report/terminal.h"

namespace bulkhead::app {
namespace {

using base::ErrorKind;
using base::Result;
using match::Decision;

constexpr uint64_t kMaxFile = 64 << 20;  // bytes
constexpr const char* kSchema = "bulkhead.decisions/1";

Result<std::vector<Decision>> read_decisions(const std::string& path, bool must_be_there) {
  if (!must_be_there && ::access(path.c_str(), F_OK) != 0 && errno == ENOENT) {
    return std::vector<Decision>();
  }
  BULKHEAD_TRY(const std::string text, base::read_file(path, kMaxFile));
  if (base::trim(text).empty()) {
    return std::vector<Decision>();
  }
  BULKHEAD_TRY(const std::vector<base::JsonDocument> documents, base::parse_yaml(text, {}, path));
  if (documents.size() != 1 || documents[0].root().get("schema").text() != kSchema) {
    return base::fail(ErrorKind::input, std::string("is no file of decisions (schema ") + kSchema + ")", path);
  }
  std::vector<Decision> out;
  size_t number = 0;
  for (const base::JsonView& item : documents[0].root().get("decisions").items()) {
    BULKHEAD_TRY(Decision d, match::decision_from_json(item, path + ", decision " + std::to_string(++number)));
    if (!d.document.empty() || !d.subject.empty() || !d.product.empty()) {
      return base::fail(ErrorKind::input, "an own decision names no document, subject or product",
                        path + ", decision " + std::to_string(number));
    }
    out.push_back(std::move(d));
  }
  return out;
}

// Every value is a quoted scalar, which YAML reads as JSON does.
base::Status write_decisions(const std::string& path, std::vector<Decision> all) {
  std::sort(all.begin(), all.end(),
            [](const Decision& a, const Decision& b) { return std::tie(a.flaw, a.component, a.id) < std::tie(b.flaw, b.component, b.id); });
  std::string text = "# Decisions on findings, kept by `bulkhead decide`. Read docs/decisions.md before you write one by hand.\nschema: " +
                     base::json_quote(kSchema) + "\ndecisions:";
  text += all.empty() ? " []\n" : "\n";
  for (const Decision& d : all) {
    const auto line = [&](const char* name, const std::string& value, bool always = false) {
      if (always || !value.empty()) {
        text += std::string("    ") + name + ": " + base::json_quote(value) + "\n";
      }
    };
    text += "  - id: " + base::json_quote(d.id) + "\n";
    line("flaw", d.flaw, true);
    line("component", d.component);
    std::string scope;
    const std::pair<const char*, const std::string*> parts[] = {{"image", &d.scope.image},
                                                                {"path", &d.scope.path},
                                                                {"workload", &d.scope.workload},
                                                                {"namespace", &d.scope.ns},
                                                                {"cluster", &d.scope.cluster}};
    for (const auto& [name, value] : parts) {
      scope += value->empty() ? "" : (scope.empty() ? "" : ", ") + std::string(name) + ": " + base::json_quote(*value);
    }
    text += scope.empty() ? "" : "    scope: {" + scope + "}\n";
    line("status", d.status, true);
    line("justification", d.justification);
    line("reason", d.reason);
    line("author", d.author);
    line("decided", d.decided);
    line("expires", d.expires);
  }
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) {
    std::filesystem::create_directories(folder, error);
  }
  return base::write_file_atomic(path, text, 0600);
}

std::string scope_text(const match::DecisionScope& s) {
  std::string out;
  const auto add = [&](const char* name, const std::string& value) {
    out += value.empty() ? "" : (out.empty() ? "" : ", ") + std::string(name) + " " + value;
  };
  add("image", s.image);
  add("path", s.path);
  add("workload", s.workload);
  add("namespace", s.ns);
  add("cluster", s.cluster);
  return out.empty() ? "everywhere" : out;
}

}  // namespace

std::string decisions_path(const std::optional<std::string>& given) { return given ? *given : configuration_folder() + "/decisions.yaml"; }

Result<match::Decisions> load_decisions(const std::optional<std::string>& given, const std::vector<std::string>& vex) {
  BULKHEAD_TRY(std::vector<Decision> all, read_decisions(decisions_path(given), given.has_value()));
  match::Decisions out(std::move(all));
  for (const std::string& file : vex) {
    BULKHEAD_TRY(std::vector<Decision> statements, read_vex(file));
    out.add(std::move(statements));
  }
  return out;
}

Result<int> add_decision(const std::optional<std::string>& file, Decision decision) {
  const std::string path = decisions_path(file);
  BULKHEAD_TRY(decision, match::checked_decision(std::move(decision)));
  BULKHEAD_TRY(const base::UniqueFd lock, lock_database(path));
  BULKHEAD_TRY(std::vector<Decision> all, read_decisions(path, false));
  const size_t replaced = std::erase_if(all, [&](const Decision& d) { return d.id == decision.id; });
  all.push_back(decision);
  BULKHEAD_CHECK(write_decisions(path, std::move(all)));
  std::printf("%s %s: %s %s, %s\n", replaced > 0 ? "changed" : "added", decision.id.c_str(), base::escape_terminal(decision.flaw).c_str(),
              decision.status.c_str(), base::escape_terminal(scope_text(decision.scope)).c_str());
  return 0;
}

Result<int> list_decisions(const std::optional<std::string>& file, const std::string& format, base::Moment as_of) {
  BULKHEAD_TRY(const match::Decisions decisions, load_decisions(file, {}));
  const auto over = [&](const Decision& d) {
    const auto end = base::parse_moment(d.expires);
    return end && as_of >= *end + base::kDay;
  };
  if (format == "jsonl") {
    for (const Decision& d : decisions.all()) {
      base::JsonWriter w;
      match::write_decision(w, d);
      std::printf("%s\n", w.str().c_str());
    }
    return 0;
  }
  report::Table table(
      {{"ID"}, {"FLAW"}, {"COMPONENT"}, {"WHERE", false, true}, {"STATUS"}, {"UNTIL"}, {"AUTHOR"}, {"REASON", false, true}});
  for (const Decision& d : decisions.all()) {
    const std::string until = d.expires.empty() ? "" : d.expires.substr(0, 10) + (over(d) ? " (ended)" : "");
    table.add({{d.id},
               {d.flaw, report::Tone::strong},
               {d.component},
               {scope_text(d.scope)},
               {d.status + (d.justification.empty() ? "" : ": " + d.justification)},
               {until, over(d) ? report::Tone::warn : report::Tone::plain},
               {d.author},
               {d.reason}});
  }
  const OutputStyle style = output_style("auto");
  std::fputs(table.empty() ? "no decisions\n" : table.render({style.width, style.color}).c_str(), stdout);
  return 0;
}

Result<int> remove_decision(const std::optional<std::string>& file, const std::string& id) {
  const std::string path = decisions_path(file);
  BULKHEAD_TRY(const base::UniqueFd lock, lock_database(path));
  BULKHEAD_TRY(std::vector<Decision> all, read_decisions(path, true));
  if (std::erase_if(all, [&](const Decision& d) { return d.id == id; }) == 0) {
    return base::fail(ErrorKind::usage, "no decision has this id (bulkhead decide list)", id);
  }
  BULKHEAD_CHECK(write_decisions(path, std::move(all)));
  std::printf("removed %s\n", base::escape_terminal(id).c_str());
  return 0;
}

void tell_decisions(const match::DecisionUse& use) {
  if (use.decided + use.noted > 0) {
    std::fprintf(stderr, "decided: %s findings need no work by decision, %s carry a note\n", base::with_thousands(use.decided).c_str(),
                 base::with_thousands(use.noted).c_str());
  }
  for (const std::string& line : use.expired) {
    std::fprintf(stderr, "decision over: %s\n", base::escape_terminal(line).c_str());
  }
  for (const std::string& line : use.partly) {
    std::fprintf(stderr, "decision not applied: %s\n", base::escape_terminal(line).c_str());
  }
}

}  // namespace bulkhead::app
