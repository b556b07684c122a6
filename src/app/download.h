// Files over HTTP that outlive a cut connection: what came is kept beside the target and asked for no second time (Range).
//
// Tried again: no connection, a cut or slow one, statuses 429, 500, 502, 503, 504 (Retry-After is followed up to kLongestWait), as long
// as there is progress, and kTries times without. Other statuses end it. A file of the wrong digest is thrown away and fetched once more.
#pragma once

#include <cstdint>
#include <string>

#include "base/http_client.h"
#include "base/result.h"

namespace bulkhead::app {

struct Fetched {
  int status = 0;  // 200, or 304 for a text that did not change
  std::string body;
  std::string etag;
};

class Downloader {
 public:
  // `base_url` ends the folder: "https://host/bulkhead/".
  static base::Result<Downloader> create(std::string base_url, const std::string& proxy, double patience, bool quiet);

  // A small file into memory. `etag`: what the server called it last time; empty none.
  base::Result<Fetched> text(const std::string& name, uint64_t max_bytes, const std::string& etag);
  // A file of known size and digest to `path`, whose unfinished part stays there for another try.
  base::Status file(const std::string& name, uint64_t bytes, const std::string& sha256, const std::string& path);

  uint64_t received() const { return received_; }  // bytes over the network
  uint64_t resumed() const { return resumed_; }    // bytes that an earlier try had brought already

 private:
  Downloader(std::string base_url, base::HttpClient client, bool quiet)
      : base_url_(std::move(base_url)), client_(std::move(client)), quiet_(quiet) {}
  base::Status attempt(const std::string& url, uint64_t bytes, const std::string& path, bool& again, double& wait);
  void say(const std::string& what) const;

  std::string base_url_;
  base::HttpClient client_;
  bool quiet_ = false;
  uint64_t received_ = 0, resumed_ = 0;
};

}  // namespace bulkhead::app
