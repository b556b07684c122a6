#include "app/database.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <tuple>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "advisory/source.h"
#include "advisory/writer.h"
#include "app/database_trust.h"
#include "app/feed_files.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "base/worker.h"

namespace bulkhead::app {
namespace {

using advisory::Content;
using advisory::FeedContent;
using base::Error;
using base::ErrorKind;
using base::Result;
using base::Status;

constexpr uint64_t kWorkerMemory = 2ULL << 30;  // the largest feed known needs a tenth
constexpr uint64_t kMaxRecords = 4ULL << 30;    // bytes of records from one feed
constexpr int kWorkersAtOnce = 2;

struct Job {
  std::string path;
  std::string name;       // the file's, with the folder's where an import has two of one name
  std::string source;     // row name; empty: by content
  uint64_t size = 0;      // large ones go first
  bool gathered = false;  // found in a folder: what no source knows is passed over and named
  Result<std::vector<FeedContent>> result = base::fail(ErrorKind::internal, "not read");  // one a row
};

std::string key_of(const advisory::Source& row, const FeedContent& content) {
  return row.single ? std::string(row.name)
                    : std::string(row.name) + "/" + (content.parts.size() == 1 ? content.parts.front() : content.feed.file);
}

// The digest of what is read: of a file's bytes; of a folder, of its files' names and digests in order.
Status digest_fd(int fd, const std::string& where, base::Hasher& hasher, uint64_t& bytes) {
  std::vector<char> chunk(1 << 20);
  off_t at = 0;
  for (;;) {
    const ssize_t got = ::pread(fd, chunk.data(), chunk.size(), at);
    if (got < 0) {
      return base::fail_errno(errno, "cannot read", where);
    }
    if (got == 0) {
      bytes += static_cast<uint64_t>(at);
      return {};
    }
    hasher.update(std::string_view(chunk.data(), static_cast<size_t>(got)));
    at += got;
  }
}

// A record from the future keeps what it says of packages (to miss a flaw is worse) and loses its dates, and is named: a feed must
// not count as newer than every later one because of it.
void drop_future(FeedContent& content, base::Moment limit) {
  const auto beyond = [&](const std::string& date) { return base::parse_moment(date).value_or(0) > limit; };
  std::string newest;
  for (advisory::Advisory& a : content.advisories) {
    for (std::string* date : {&a.published, &a.modified}) {
      if (beyond(*date)) {
        content.feed.skipped += 1;
        if (content.feed.skips.size() < advisory::kSkipsKept) {
          content.feed.skips.push_back({a.id, "its date " + *date + " is in the future: the record is kept without it"});
        }
        date->clear();
      }
    }
    newest = base::parse_moment(a.modified).value_or(0) > base::parse_moment(newest).value_or(0) ? a.modified : newest;
  }
  if (beyond(content.feed.date)) {
    content.feed.date = newest;
  }
}

Result<std::vector<FeedContent>> read_one(const Job& job) {
  BULKHEAD_TRY(const base::UniqueFd fd, base::open_read(job.path));
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) {
    return base::fail_errno(errno, "cannot look at", job.path);
  }
  if (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) {
    return base::fail(ErrorKind::input, "neither a file nor a folder", job.path);
  }
  advisory::Feed head;
  head.file = job.name;
  if (S_ISREG(info.st_mode)) {
    base::Hasher hasher(base::HashKind::sha256);
    BULKHEAD_CHECK(digest_fd(fd.get(), job.path, hasher, head.bytes));
    head.sha256 = hasher.finish_hex();
  }
  std::map<const advisory::Source*, FeedContent> contents;
  FeedContent* current = nullptr;
  std::string rest;
  base::WorkerRequest request;
  request.task = "feed";
  base::JsonWriter w;
  w.begin_object().member("name", head.file.substr(head.file.rfind('/') + 1)).member("source", job.source).end_object();
  request.request = w.take();
  request.inputs = {{"source", fd.get()}};
  request.max_output = kMaxRecords;
  request.limits.memory_bytes = kWorkerMemory;
  base::Hasher lines(base::HashKind::sha256);
  const auto take_line = [&]() -> Status {
    if (rest.starts_with("{\"row\"")) {
      BULKHEAD_TRY(const base::JsonDocument row, base::JsonDocument::parse(rest, {}, "row of a feed"));
      const advisory::Source* source = advisory::find_source(row.root().get("row").text());
      if (source == nullptr) {
        return base::fail(ErrorKind::internal, "the worker named a source that is not known", job.path);
      }
      current = &contents.try_emplace(source).first->second;
      return {};
    }
    return current == nullptr ? base::fail(ErrorKind::internal, "the worker did not say whose feed it is", job.path)
                              : current->add_line(rest);
  };
  request.on_output = [&](std::string_view bytes) -> Status {
    lines.update(bytes);
    size_t start = 0;
    for (size_t end = bytes.find('\n'); end != bytes.npos; start = end + 1, end = bytes.find('\n', start)) {
      rest += bytes.substr(start, end - start);
      BULKHEAD_CHECK(take_line());
      rest.clear();
    }
    rest += bytes.substr(start);
    return rest.size() > advisory::kMaxLine ? base::fail(ErrorKind::limit, "a record is longer than the limit", job.path) : Status{};
  };
  auto done = base::run_worker(request);
  if (!done) {
    return std::unexpected(std::move(done).error().in("reading " + job.path));
  }
  if (contents.empty()) {
    return base::fail(ErrorKind::internal, "the worker did not say whose feed it is", job.path);
  }
  if (head.sha256.empty()) {
    head.sha256 = lines.finish_hex();  // a folder: of its records
  }
  std::vector<FeedContent> out;
  for (auto& [source, content] : contents) {
    content.feed.source = source->name;
    content.feed.file = head.file;
    content.feed.sha256 = head.sha256;
    content.feed.bytes = head.bytes;
    content.feed.key = key_of(*source, content);
    content.feed.note += done->jailed ? "" : std::string(content.feed.note.empty() ? "" : "; ") + "read unjailed: " + done->unjailed_reason;
    content.finish();
    drop_future(content, base::now() + base::kDay);
    if (content.feed.records + content.feed.skipped > 0 || contents.size() == 1) {
      out.push_back(std::move(content));
    }
  }
  std::sort(out.begin(), out.end(), [](const FeedContent& a, const FeedContent& b) { return a.feed.key < b.feed.key; });
  return out;
}

bool unknown_to_all(const Job& job) { return job.gathered && !job.result && job.result.error().kind == ErrorKind::not_found; }

void read_all(std::vector<Job>& jobs, bool quiet) {
  std::sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) { return std::tie(b.size, a.path) < std::tie(a.size, b.path); });
  std::mutex mutex;
  size_t next = 0;
  bool failed = false;
  const auto work = [&] {
    for (;;) {
      Job* job = nullptr;
      {
        const std::lock_guard lock(mutex);
        if (next == jobs.size() || failed) {
          return;
        }
        job = &jobs[next++];
      }
      job->result = read_one(*job);
      const std::lock_guard lock(mutex);
      failed = failed || (!job->result && !unknown_to_all(*job));
      if (!quiet && job->result) {
        uint64_t records = 0;
        for (const FeedContent& content : *job->result) {
          records += content.feed.records;
        }
        std::fprintf(stderr, "read %s: %s records\n", base::escape_terminal(job->path).c_str(), base::with_thousands(records).c_str());
      }
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kWorkersAtOnce; ++i) {
    threads.emplace_back(work);
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

base::Moment moment_of(const std::string& date) { return base::parse_moment(date).value_or(INT64_MIN); }

// Adds a feed; of two feeds of one key in one import the newer stays (the name breaks ties).
void take(Content& content, std::map<std::string, std::string>& superseded, FeedContent feed) {
  const auto [at, fresh] = content.try_emplace(feed.feed.key);
  if (!fresh) {
    const auto order = [](const FeedContent& f) { return std::pair(moment_of(f.feed.date), f.feed.file); };
    if (order(feed) < order(at->second)) {
      superseded.emplace(feed.feed.file, at->second.feed.file);
      at->second.carry_scores(feed);
      return;
    }
    superseded.emplace(at->second.feed.file, feed.feed.file);
    feed.carry_scores(at->second);
  }
  at->second = std::move(feed);
}

// A feed that lost much of itself is more often a broken download than good news.
Status check_shrink(const Content& old, const Content& fresh, const ImportRequest& request) {
  const auto parts = [](const Content& content) {
    std::vector<advisory::Feed> feeds;
    for (const auto& [key, feed] : content) {
      feeds.push_back(feed.feed);
    }
    return advisory::parts_of(feeds);
  };
  const std::vector<advisory::Shrunk> shrunk = advisory::shrunk_parts(parts(old), parts(fresh), request.max_shrink, false);
  if (shrunk.empty() || request.force) {
    return {};
  }
  Error error{ErrorKind::denied,
              "a feed lost more than " + std::to_string(static_cast<int>(request.max_shrink)) + " % of its records",
              {},
              advisory::shrunk_text(shrunk),
              {},
              {}};
  error.hint = "look at the feed; --force takes it all the same, --max-shrink sets another share";
  return std::unexpected(std::move(error));
}

std::string import_report(const std::string& path, const Content& fresh, const std::map<std::string, std::string>& superseded,
                          const std::vector<std::string>& unknown, const advisory::WriteCounts& counts) {
  base::JsonWriter w(true);
  w.begin_object().member("schema", "bulkhead.db_import/1").member("database", path).key("feeds").begin_array();
  for (const auto& [key, content] : fresh) {
    const advisory::Feed& f = content.feed;
    w.begin_object()
        .member("feed", f.key)
        .member("source", f.source)
        .member("file", f.file)
        .member("sha256", f.sha256)
        .member("date", f.date);
    w.member("records", f.records).member("skipped", f.skipped).key("skips").begin_array();
    for (const advisory::Skipped& s : f.skips) {
      w.begin_object().member("where", s.where).member("why", s.why).end_object();
    }
    w.end_array().member("note", f.note).end_object();
  }
  w.end_array().key("superseded").begin_object();
  for (const auto& [older, newer] : superseded) {
    w.member(older, newer);
  }
  w.end_object().key("unknown").begin_array();
  for (const std::string& file : unknown) {
    w.value(file);
  }
  w.end_array().member("flaws", counts.flaws).member("advisories", counts.advisories).member("packages", counts.packages);
  w.member("affected", counts.affected).member("bytes", counts.bytes).end_object();
  return w.take() + "\n";
}

Status make_parent(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos || slash == 0) {
    return {};
  }
  const std::string folder = path.substr(0, slash);
  struct stat info{};
  if (::stat(folder.c_str(), &info) == 0) {
    return {};
  }
  BULKHEAD_CHECK(make_parent(folder));
  return ::mkdir(folder.c_str(), 0755) == 0 || errno == EEXIST ? Status{} : base::fail_errno(errno, "cannot make the folder", folder);
}

}  // namespace

std::string database_path(const std::optional<std::string>& given) {
  if (given && !given->empty()) {
    return *given;
  }
  if (const char* set = std::getenv("BULKHEAD_DB"); set != nullptr && *set != '\0') {
    return set;
  }
  const char* home = std::getenv("HOME");
  return std::string(home == nullptr ? "." : home) + "/.cache/bulkhead/advisories.db";
}

Result<std::vector<FeedContent>> read_feed_file(const std::string& path, const std::string& source) {
  return read_one({path, feed_names({path}).front(), source, 0, false});
}

Result<advisory::Database> open_database(const std::string& path) {
  BULKHEAD_TRY(advisory::Database database, advisory::Database::open(path));
  BULKHEAD_TRY(const Keyring keys, Keyring::load({}));
  BULKHEAD_TRY([[maybe_unused]] const Origin origin, check_origin(path, keys));
  return database;
}

Result<base::UniqueFd> lock_database(const std::string& path) {
  BULKHEAD_CHECK(make_parent(path));
  base::UniqueFd lock(::open((path + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock || ::flock(lock.get(), LOCK_EX) != 0) {
    return base::fail_errno(errno, "cannot lock", path + ".lock");
  }
  return lock;
}

Result<int> import_feeds(const ImportRequest& request) {
  std::vector<Job> jobs;
  for (const std::string& file : request.files) {
    BULKHEAD_TRY(const std::vector<std::string> parts, feed_files(file));
    for (const std::string& part : parts) {
      jobs.push_back({part, {}, {}, 0, part != file});
    }
  }
  for (const std::string& pair : request.sources) {
    const auto [row, file] = base::split_once(pair, '=');
    if (!file || advisory::find_source(row) == nullptr) {
      return base::fail(ErrorKind::usage, "--source needs ROW=FILE with a known row", pair);
    }
    jobs.push_back({std::string(*file), {}, std::string(row), 0, false});
  }
  if (jobs.empty()) {
    return base::fail(ErrorKind::usage, "no feed is named");
  }
  std::vector<std::string> paths;
  for (const Job& job : jobs) {
    paths.push_back(job.path);
  }
  const std::vector<std::string> names = feed_names(paths);
  for (size_t i = 0; i < jobs.size(); ++i) {
    Job& job = jobs[i];
    job.name = names[i];
    struct stat info{};
    if (::stat(job.path.c_str(), &info) != 0) {
      return base::fail_errno(errno, "cannot open", job.path);
    }
    job.size = static_cast<uint64_t>(info.st_size);
  }
  BULKHEAD_TRY(const base::UniqueFd lock, lock_database(request.database));
  read_all(jobs, request.quiet);
  std::sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) { return a.path < b.path; });
  Content fresh;
  std::map<std::string, std::string> superseded;
  for (Job& job : jobs) {
    if (!job.result && job.result.error().what != "not read" && !unknown_to_all(job)) {
      return std::unexpected(std::move(job.result).error());
    }
  }
  std::vector<std::string> unknown;
  for (Job& job : jobs) {
    if (unknown_to_all(job)) {
      std::fprintf(stderr, "passed over %s: no advisory source knows it\n", base::escape_terminal(job.path).c_str());
      unknown.push_back(job.path);
      continue;
    }
    BULKHEAD_TRY(std::vector<FeedContent> feeds, std::move(job.result));
    for (FeedContent& feed : feeds) {
      take(fresh, superseded, std::move(feed));
    }
  }
  if (fresh.empty()) {
    return base::fail(ErrorKind::input, "no advisory source knows any of the files", request.files.front());
  }
  Content all;
  struct stat info{};
  if (::stat(request.database.c_str(), &info) == 0) {
    BULKHEAD_TRY(all, advisory::read_content(request.database));
  }
  BULKHEAD_CHECK(check_shrink(all, fresh, request));
  Content shown;  // heads only, for the report
  for (auto& [key, feed] : fresh) {
    if (const auto older = all.find(key); older != all.end()) {
      feed.carry_scores(older->second);
    }
    shown[key].feed = feed.feed;
    all.insert_or_assign(key, std::move(feed));
  }
  BULKHEAD_TRY(const advisory::WriteCounts counts, advisory::write_database(all, request.database));
  std::fputs(import_report(request.database, shown, superseded, unknown, counts).c_str(), stdout);
  return 0;
}

}  // namespace bulkhead::app
