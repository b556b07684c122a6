// distro-info-data's lists of Debian's and Ubuntu's releases (Debian package distro-info-data, debian.csv and ubuntu.csv).
//
// Which distribution it is follows from the columns: eol-lts and eol-elts are Debian's, eol-server and eol-esm Ubuntu's. Columns
// of lines are left out at the end where a release has no such date.
#include <algorithm>

#include "advisory/internal/csv.h"
#include "advisory/source.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

bool recognises(std::string_view, std::string_view head) { return head.starts_with("version,codename,series,created,release,eol"); }

bool wants(std::string_view name) { return name.ends_with("debian.csv") || name.ends_with("ubuntu.csv"); }

base::Status parse(const Document& document, const base::Limits&, Sink& sink) {
  if (!recognises({}, document.bytes)) {
    return base::fail(base::ErrorKind::input, "its columns are not distro-info-data's", document.place);
  }
  const std::string_view header = document.bytes.substr(0, document.bytes.find('\n'));
  const bool ubuntu = header.contains("eol-esm");
  return each_csv_row(document.bytes, document.place, [&](const CsvRow& row, uint64_t line) -> base::Status {
    const auto field = [&](std::string_view key) {
      const auto at = row.find(key);
      return at == row.end() ? std::string() : at->second;
    };
    Cycle c;
    c.product = ubuntu ? "ubuntu" : "debian";
    c.cycle = field("version");
    c.cycle = c.cycle.substr(0, c.cycle.find(' '));  // "22.04 LTS"
    c.codename = short_summary(field("series"));
    c.released = checked_date(field("release"));
    c.support = checked_date(field("eol"));
    const std::string server = checked_date(field("eol-server"));
    c.end_of_life = ubuntu ? (server.empty() ? c.support : std::max(server, c.support)) : c.support;
    const std::string lts = checked_date(field(ubuntu ? "eol-esm" : "eol-lts")), elts = checked_date(field(ubuntu ? "eol-legacy" : "eol-elts"));
    c.extended = elts.empty() ? lts : elts;
    if (!ubuntu && !lts.empty()) {
      c.end_of_life = lts;  // Debian LTS is public
    }
    if (c.codename.empty()) {
      return sink.skip(document, "line " + std::to_string(line), "a release without a name");
    }
    // sid and experimental are no releases; buzz and rex come before numbers were counted so.
    return c.cycle.empty() ? base::Status{} : sink.add(c);
  });
}

}  // namespace

extern constinit const Source distro_info{
    .name = "distro_info",
    .title = "Releases of Debian and Ubuntu",
    .publisher = "Debian, package distro-info-data",
    .licence = "ISC",
    .rank = 60,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
