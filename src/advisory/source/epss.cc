// FIRST's EPSS scores, daily CSV: `#model_version:v…,score_date:…`, `cve,epss,percentile`, then a line a CVE.
#include <cmath>

#include "advisory/source.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

constexpr size_t kBatch = 2000;  // scores in one record

bool recognises(std::string_view, std::string_view head) {
  return (head.starts_with("#model_version:") && head.contains("cve,epss")) || head.starts_with("cve,epss,percentile");
}

bool wants(std::string_view name) { return name.ends_with(".csv"); }

base::Status read_head(std::string_view line, Sink& sink) {
  FeedInfo info;
  for (const std::string_view part : base::split(line.substr(1), ',')) {
    const auto [key, value] = base::split_once(part, ':');
    if (value && key == "score_date") {
      info.date = checked_date(*value);
    } else if (value && key == "model_version") {
      info.note = "model " + short_summary(*value).substr(0, 40);
    }
  }
  return sink.add(info);
}

base::Status parse(const Document& document, const base::Limits&, Sink& sink) {
  std::string_view rest = document.bytes;
  uint64_t number = 0;
  EpssScores batch;
  bool header = false;
  uint64_t good = 0;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    const std::string_view line = base::trim(rest.substr(0, end));
    rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
    ++number;
    if (line.starts_with('#')) {
      BULKHEAD_CHECK(read_head(line, sink));
      continue;
    }
    if (line.empty() || line.starts_with("cve,epss")) {
      header = header || !line.empty();
      continue;
    }
    if (!header) {
      return base::fail(base::ErrorKind::input, "no header `cve,epss,percentile`", document.place + ":" + std::to_string(number));
    }
    const size_t comma = line.find(',');
    const size_t second = comma == line.npos ? line.npos : line.find(',', comma + 1);
    const std::string_view cve = line.substr(0, comma);
    const auto score = second == line.npos ? std::nullopt : base::parse_double(line.substr(comma + 1, second - comma - 1));
    if (!is_cve(cve) || !score || *score < 0 || *score > 1) {
      BULKHEAD_CHECK(sink.skip(document, "line " + std::to_string(number), "not `CVE,probability,percentile`"));
      continue;
    }
    ++good;
    batch.rows.push_back({std::string(cve), static_cast<uint32_t>(std::lround(*score * kScoreUnit))});
    if (batch.rows.size() == kBatch) {
      BULKHEAD_CHECK(sink.add(batch));
      batch.rows.clear();
    }
  }
  if (good == 0) {
    return base::fail(base::ErrorKind::input, "holds no score", document.place);
  }
  return batch.rows.empty() ? base::Status{} : sink.add(batch);
}

}  // namespace

extern constinit const Source epss{
    .name = "epss",
    .title = "Exploit prediction scores",
    .publisher = "FIRST.Org, EPSS",
    .licence = "free to use; FIRST asks to be named as the source",
    .rank = 60,
    .single = true,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
