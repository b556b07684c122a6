#include "app/download.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "advisory/delta.h"
#include "app/progress.h"
#include "base/file.h"
#include "base/text.h"

namespace bulkhead::app {
namespace {

using base::ErrorKind;
using base::HttpResponse;
using base::Result;
using base::Status;

constexpr int kTries = 5;
constexpr double kFirstWait = 0.5;  // seconds; doubled each time
constexpr double kLongestWait = 30;
constexpr std::chrono::hours kLongestTransfer{6};
constexpr uint32_t kSlowBytes = 1024;  // a second

bool passing(int status) { return status == 429 || status == 500 || status == 502 || status == 503 || status == 504; }

double retry_after(const HttpResponse& response) {
  const auto seconds = base::parse_double(base::trim(response.header("retry-after")));
  return seconds && *seconds > 0 ? std::min(*seconds, kLongestWait) : 0;
}

void pause(double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); }

std::unexpected<base::Error> status_error(int status, const std::string& url) {
  return base::fail(status == 401 || status == 403 ? ErrorKind::denied
                    : status == 404                ? ErrorKind::not_found
                                                   : ErrorKind::network,
                    "the mirror answered " + std::to_string(status), url);
}

// Whether "bytes 100-199/200" says that the answer goes on where we ended.
bool goes_on(std::string_view content_range, uint64_t at, uint64_t total) {
  return content_range == "bytes " + std::to_string(at) + "-" + std::to_string(total - 1) + "/" + std::to_string(total);
}

}  // namespace

Result<Downloader> Downloader::create(std::string base_url, const std::string& proxy, double patience, bool quiet) {
  if (!base_url.starts_with("https://") && !base_url.starts_with("http://")) {
    return base::fail(ErrorKind::usage, "a mirror is an http or https URL", base_url);
  }
  if (!base_url.ends_with('/')) {
    base_url += '/';
  }
  base::HttpOptions options;
  options.proxy = proxy;
  options.total_time = kLongestTransfer;
  options.slow_time = std::chrono::seconds(std::max<int64_t>(1, static_cast<int64_t>(patience)));
  options.slow_bytes = kSlowBytes;
  BULKHEAD_TRY(base::HttpClient client, base::HttpClient::create(std::move(options)));
  return Downloader(std::move(base_url), std::move(client), quiet);
}

void Downloader::say(const std::string& what) const {
  if (!quiet_) {
    std::fprintf(stderr, "%s\n", base::escape_terminal(what).c_str());
  }
}

Result<Fetched> Downloader::text(const std::string& name, uint64_t max_bytes, const std::string& etag) {
  base::HttpRequest request;
  request.url = base_url_ + name;
  request.max_body = max_bytes;
  if (!etag.empty()) {
    request.headers.emplace_back("If-None-Match", etag);
  }
  double wait = kFirstWait;
  for (int tried = 1;; ++tried) {
    const Result<HttpResponse> answer = client_.get(request);
    if (answer && (answer->status == 200 || (answer->status == 304 && !etag.empty()))) {
      received_ += answer->body.size();
      return Fetched{answer->status, answer->body, std::string(answer->header("etag"))};
    }
    const bool again = answer ? passing(answer->status)
                              : answer.error().kind == ErrorKind::network && client_.last_failure() != base::HttpFailure::certificate;
    if (!again || tried == kTries) {
      return answer ? status_error(answer->status, request.url) : std::unexpected(answer.error());
    }
    const double pause_for = std::max(wait, answer ? retry_after(*answer) : 0);
    say("manifest: " + (answer ? "status " + std::to_string(answer->status) : answer.error().what) + ", trying again");
    pause(pause_for);
    wait = std::min(wait * 2, kLongestWait);
  }
}

// One request for what is missing. `again`: another may help.
Status Downloader::attempt(const std::string& url, uint64_t bytes, const std::string& path, bool& again, double& wait) {
  const base::UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
  struct stat info{};
  if (!fd || ::fstat(fd.get(), &info) != 0) {
    return base::fail_errno(errno, "cannot write", path);
  }
  uint64_t have = static_cast<uint64_t>(info.st_size);
  if (have > bytes) {
    have = 0;
  }
  if (have == bytes && bytes > 0) {
    return {};
  }
  base::HttpRequest request;
  request.url = url;
  request.as_stored = true;
  request.max_body = UINT64_MAX;
  if (have > 0) {
    request.headers.emplace_back("Range", "bytes=" + std::to_string(have) + "-");
  }
  int status = 0;
  const uint64_t before = have;
  request.on_head = [&](const HttpResponse& head) -> Status {
    status = head.status;
    if (status == 206 && before > 0 && goes_on(head.header("content-range"), before, bytes)) {
      resumed_ += before;
    } else if (status == 200) {
      have = 0;  // the server gives it from the start
    } else {
      wait = std::max(wait, retry_after(head));
      return status_error(status, url);
    }
    if (::ftruncate(fd.get(), static_cast<off_t>(have)) != 0 || ::lseek(fd.get(), static_cast<off_t>(have), SEEK_SET) < 0) {
      return base::fail_errno(errno, "cannot write", path);
    }
    return {};
  };
  Progress progress("fetching " + url.substr(url.rfind('/') + 1), bytes >> 20, quiet_);
  request.on_body = [&](std::string_view piece) -> Status {
    if (piece.size() > bytes - have) {
      return base::fail(ErrorKind::limit, "the mirror sends more than its manifest says", url, base::human_bytes(bytes));
    }
    BULKHEAD_CHECK(base::write_all(fd.get(), piece, path));
    const uint64_t megabytes = have >> 20;
    have += piece.size();
    received_ += piece.size();
    for (uint64_t i = megabytes; i < have >> 20; ++i) {
      progress.advance("MiB");
    }
    return {};
  };
  const Result<HttpResponse> answer = client_.get(request);
  if (answer && have == bytes) {
    return ::fsync(fd.get()) == 0 ? Status{} : base::fail_errno(errno, "cannot fsync", path);
  }
  again = status == 0 || passing(status) || status == 200 || status == 206 || status == 416;
  if (status == 416 || (!answer && answer.error().kind == ErrorKind::limit)) {
    if (::ftruncate(fd.get(), 0) != 0) return base::fail_errno(errno, "cannot empty", path);
    again = status == 416;
  }
  if (!answer && client_.last_failure() == base::HttpFailure::certificate) {
    again = false;
  }
  return answer ? base::fail(ErrorKind::network, "the mirror sent less than its manifest says", url,
                             std::to_string(have) + " of " + std::to_string(bytes) + " bytes")
                : Status(std::unexpected(answer.error()));
}

Status Downloader::file(const std::string& name, uint64_t bytes, const std::string& sha256, const std::string& path) {
  const std::string url = base_url_ + name;
  for (int fresh = 0; fresh < 2; ++fresh) {
    double wait = kFirstWait;
    uint64_t reached = 0;
    for (int tried = 1;; ++tried) {
      bool again = false;
      double pause_for = wait;
      const Status status = attempt(url, bytes, path, again, pause_for);
      if (status) {
        break;
      }
      struct stat info{};
      const uint64_t size = ::stat(path.c_str(), &info) == 0 ? static_cast<uint64_t>(info.st_size) : 0;
      if (size > reached) {  // progress: the count starts anew
        tried = 1;
        wait = kFirstWait;
        reached = size;
      }
      if (!again || tried >= kTries) {
        if (size == 0) {
          ::unlink(path.c_str());  // nothing to go on from
        }
        return status;
      }
      say(name + ": " + status.error().text() + "; going on at byte " + std::to_string(size));
      pause(pause_for);
      wait = std::min(wait * 2, kLongestWait);
    }
    BULKHEAD_TRY(const advisory::FileState state, advisory::file_state(path));
    if (state.sha256 == sha256) {
      return {};
    }
    ::unlink(path.c_str());
    if (fresh == 0) {
      say(name + ": wrong digest, fetching it once more");
    }
  }
  return base::fail(ErrorKind::input, "the mirror's file is not what its manifest says", url, "wrong digest, twice");
}

}  // namespace bulkhead::app
