#include "app/findings.h"

#include <cstdio>
#include <cstdlib>

#include <sys/ioctl.h>
#include <unistd.h>

#include "app/components.h"
#include "app/database.h"
#include "base/text.h"
#include "match/matcher.h"
#include "report/terminal.h"

namespace bulkhead::app {
namespace {

report::TerminalStyle style_of_terminal() {
  report::TerminalStyle style;
  winsize size{};
  if (const char* columns = std::getenv("COLUMNS"); columns != nullptr && base::parse_u64(columns)) {
    style.width = static_cast<size_t>(*base::parse_u64(columns));
  } else if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    style.width = size.ws_col;
  } else {
    style.width = 160;  // a file: rather too wide than cut
  }
  style.color = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  return style;
}

report::Tone tone_of(const std::string& severity) {
  return severity == "critical" || severity == "high" ? report::Tone::bad : severity == "medium" ? report::Tone::warn : report::Tone::plain;
}

std::string evidence_of(const model::Finding& f) { return f.exploit == model::ExploitEvidence::none ? "" : model::exploit_name(f.exploit); }

}  // namespace

base::Result<int> print_findings(const FindingsRequest& request) {
  BULKHEAD_TRY(const advisory::Database database, open_database(request.database));
  BULKHEAD_TRY(const model::Inventory inventory, read_inventory(request.source));
  std::vector<model::CoverageNote> coverage;
  const std::vector<model::Finding> findings = match::match_inventory(inventory, database, request.as_of, &coverage);
  if (request.format == "jsonl") {
    for (const model::Finding& f : findings) {
      base::JsonWriter w;
      model::write_finding(w, f);
      std::printf("%s\n", w.str().c_str());
    }
  } else {
    report::Table table({{"FLAW"}, {"SEVERITY"}, {"EXPLOIT"}, {"COMPONENT"}, {"STATUS"}, {"FIXED IN"}, {"WHY", false, true}});
    for (const model::Finding& f : findings) {
      table.add({{f.id, report::Tone::strong},
                 {f.severity, tone_of(f.severity)},
                 {evidence_of(f)},
                 {f.component},
                 {model::status_name(f.status)},
                 {f.fixed_version},
                 {f.reason.comparison, report::Tone::faint}});
    }
    if (table.empty()) {
      std::printf("no known flaw\n");
    } else {
      std::fputs(table.render(style_of_terminal()).c_str(), stdout);
    }
  }
  for (const model::CoverageNote& note : coverage) {
    std::fprintf(stderr, "not judged: %s: %s\n", base::escape_terminal(note.what).c_str(), base::escape_terminal(note.why).c_str());
  }
  if (!inventory.complete) {
    std::fprintf(stderr, "not all of the source could be read: what is missing here need not be clean\n");
  }
  return 0;
}

}  // namespace bulkhead::app
