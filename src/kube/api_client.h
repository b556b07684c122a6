// Lists from an API server, page by page: the only verb is GET.
//
// What a server may answer and what becomes of it:
//   200            the page; its body must be JSON and a list, at most 64 MiB (a larger page is asked for again in smaller ones)
//   401            ErrorKind::denied; nothing else will be answered either, so the whole reading ends
//   403, 404       the list is forbidden or absent: a state, no error
//   410            the continue token has expired: the list is begun again, twice; then read on from the server's own newer
//                  token where it gives one (the list is then `torn`), else an error
//   429            waits as Retry-After says (1 s where it does not), at most 30 s at a time and 90 s in all
//   500, 502–504   tried again three times, after 0.5, 1 and 2 s
//   cut connection tried again three times likewise; no connection, a bad certificate and a timeout are not
// A page is handed over only whole. Source: "Kubernetes API Concepts", Retrieving large results sets in chunks.
// Threads: one client, one thread.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/http_client.h"
#include "base/json.h"
#include "base/result.h"
#include "kube/kubeconfig.h"
#include "model/cluster.h"

namespace bulkhead::kube {

struct ApiOptions {
  std::chrono::milliseconds request_time{60'000};  // one request
  std::chrono::seconds retry_time{90};             // all waiting of one list
  uint32_t page = 500;
  std::string user_agent = "bulkhead";
};

struct ListResult {
  model::ReadState state = model::ReadState::read;
  std::string resource_version;
  std::string message;  // why not read
  bool torn = false;
  bool unreachable = false;  // state error, because the server did not answer at all
};

class ApiClient {
 public:
  static base::Result<ApiClient> create(const ClusterAccess& access, const ApiOptions& options);

  // Every item, in the server's order. `restart` is called before the items of a list that begins anew; drop what came before.
  // Errors: only those that end the whole reading (401; an error of `item`).
  base::Result<ListResult> list(const std::string& path, bool metadata_only, const std::function<base::Status(base::JsonView)>& item,
                                const std::function<void()>& restart);
  // One document; ErrorKind::denied for 401 and 403, not_found for 404.
  base::Result<base::JsonDocument> get(const std::string& path);

 private:
  struct Reply {
    int status = 0;
    std::string body;
  };
  ApiClient(base::HttpClient http, const ClusterAccess& access, const ApiOptions& options);
  // One request with its retries; statuses other than those retried are given as they are.
  base::Result<Reply> request(const std::string& path, const char* accept, std::chrono::milliseconds& patience);
  base::Result<base::JsonDocument> parse(const Reply& reply, const std::string& path) const;

  base::HttpClient http_;
  std::string server_;
  std::vector<std::pair<std::string, std::string>> headers_;
  ApiOptions options_;
};

}  // namespace bulkhead::kube
