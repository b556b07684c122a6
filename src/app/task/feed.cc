// Reads one advisory feed: "source" is the file or folder; the answer is one record a line (advisory/record.h). A line {"row": NAME} says
// whose records follow it.
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
  const advisory::Source* current = nullptr;
  const auto announce = [&](std::string_view row) {
    base::JsonWriter w;
    w.begin_object().member("row", row).end_object();
    batch.append(w.str()).append("\n");
  };
  BULKHEAD_TRY(const std::string row, advisory::read_feed(feed, [&](const advisory::Source& of, std::string_view line) -> base::Status {
                 if (&of != current) {
                   announce(of.name);
                   current = &of;
                 }
                 batch.append(line).append("\n");
                 if (batch.size() < kBatch) {
                   return {};
                 }
                 const base::Status sent = context.output(batch);
                 batch.clear();
                 return sent;
               }));
  announce(row);  // of a feed without a record, too
  BULKHEAD_CHECK(context.output(batch));
  return 0;
}

}  // namespace

extern constinit const base::WorkerTask feed{.name = "feed", .prepare = nullptr, .run = run, .reads_folder = true};

}  // namespace bulkhead::app::task
