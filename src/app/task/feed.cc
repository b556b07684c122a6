// Reads one advisory feed: "source" is the file or folder; the answer is one record a line (advisory/record.h).
#include "advisory/feed_reader.h"
#include "base/json.h"
#include "base/worker.h"

namespace bulkhead::app::task {
namespace {

constexpr size_t kBatch = 256 << 10;  // lines go out in pieces of this size

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_TRY(const base::JsonDocument request, base::JsonDocument::parse(context.request(), {}, "request"));
  advisory::FeedRequest feed;
  feed.fd = context.input("source");
  feed.name = request.root().get("name").text();
  feed.source = request.root().get("source").text();
  feed.limits = context.limits();
  std::string batch;
  BULKHEAD_TRY(const std::string row, advisory::read_feed(feed, [&](std::string_view line) -> base::Status {
                 batch.append(line).append("\n");
                 if (batch.size() < kBatch) {
                   return {};
                 }
                 const base::Status sent = context.output(batch);
                 batch.clear();
                 return sent;
               }));
  base::JsonWriter end;
  end.begin_object().member("row", row).end_object();
  batch.append(end.str()).append("\n");
  BULKHEAD_CHECK(context.output(batch));
  return 0;
}

}  // namespace

extern constinit const base::WorkerTask feed{.name = "feed", .prepare = nullptr, .run = run, .reads_folder = true};

}  // namespace bulkhead::app::task
