#include "kube/api_client.h"

#include <algorithm>
#include <thread>

#include "base/base64.h"
#include "base/text.h"

namespace bulkhead::kube {

using base::ErrorKind;
using base::fail;
using base::JsonDocument;
using base::JsonKind;
using base::JsonView;
using std::chrono::milliseconds;

namespace {

constexpr uint64_t kPageBytes = 64ULL << 20;
constexpr int kRestarts = 2;
constexpr int kTries = 4;
constexpr uint64_t kMaxPages = 1'000'000;
constexpr milliseconds kMaxWait{30'000};

constexpr const char* kJson = "application/json";
constexpr const char* kMetadata = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

bool is_json(std::string_view content_type) {
  const std::string_view type = base::trim(content_type.substr(0, content_type.find(';')));
  return base::iequals_ascii(type, "application/json");
}

// The message of a metav1.Status, or the status code alone.
std::string status_message(int status, std::string_view body) {
  std::string out = "HTTP " + std::to_string(status);
  if (const auto document = JsonDocument::parse(body.substr(0, 1 << 20))) {
    if (const std::string message = document->root().get("message").text(); !message.empty()) {
      out += ": " + message.substr(0, 1000);
    }
  }
  return out;
}

}  // namespace

ApiClient::ApiClient(base::HttpClient http, const ClusterAccess& access, const ApiOptions& options)
    : http_(std::move(http)), server_(access.server), options_(options) {
  if (!access.token.empty()) {
    headers_.emplace_back("Authorization", "Bearer " + access.token);
  } else if (!access.username.empty()) {
    headers_.emplace_back("Authorization", "Basic " + base::encode_base64(access.username + ":" + access.password));
  }
  if (!access.as_user.empty()) {
    headers_.emplace_back("Impersonate-User", access.as_user);
  }
  if (!access.as_uid.empty()) {
    headers_.emplace_back("Impersonate-Uid", access.as_uid);
  }
  for (const std::string& group : access.as_groups) {
    headers_.emplace_back("Impersonate-Group", group);
  }
  for (const auto& [key, value] : access.as_extra) {
    headers_.emplace_back("Impersonate-Extra-" + base::percent_encode(key), value);
  }
}

base::Result<ApiClient> ApiClient::create(const ClusterAccess& access, const ApiOptions& options) {
  base::HttpOptions http;
  http.ca_pem = access.ca_pem;
  http.client_cert_pem = access.client_cert_pem;
  http.client_key_pem = access.client_key_pem;
  http.verify = !access.insecure;
  http.tls_server_name = access.tls_server_name;
  http.proxy = access.proxy_url;
  http.user_agent = options.user_agent;
  http.total_time = options.request_time;
  http.connect_time = std::min(http.connect_time, options.request_time);
  BULKHEAD_TRY(base::HttpClient client, base::HttpClient::create(std::move(http)));
  return ApiClient(std::move(client), access, options);
}

base::Result<ApiClient::Reply> ApiClient::request(const std::string& path, const char* accept, milliseconds& patience) {
  base::HttpRequest request;
  request.url = server_ + path;
  request.headers = headers_;
  request.headers.emplace_back("Accept", accept);
  request.max_body = kPageBytes;
  request.first_byte = '{';
  // What is no JSON by its own word is not read at all.
  request.on_head = [&](const base::HttpResponse& head) -> base::Status {
    const std::string_view type = head.header("content-type");
    return head.status == 200 && !is_json(type)
               ? fail(ErrorKind::input, "the answer is not JSON", path, "Content-Type: " + std::string(type))
               : base::Status{};
  };
  milliseconds backoff{500};
  for (int attempt = 1;; ++attempt) {
    auto response = http_.get(request);
    milliseconds wait = backoff;
    if (!response) {
      if (http_.last_failure() != base::HttpFailure::cut || attempt == kTries || patience < wait) {
        return std::unexpected(std::move(response).error());
      }
    } else {
      const int status = response->status;
      const bool busy = status == 429;
      if (!busy && status != 500 && status != 502 && status != 503 && status != 504) {
        return Reply{status, std::move(response->body)};
      }
      if (const auto seconds = base::parse_u64(base::trim(response->header("retry-after")))) {
        wait = milliseconds(1000) * static_cast<int64_t>(std::min<uint64_t>(*seconds, 3600));
      } else if (busy) {
        wait = milliseconds(1000);
      }
      if ((!busy && attempt == kTries) || wait > kMaxWait || patience < wait) {
        return Reply{status, std::move(response->body)};
      }
    }
    patience -= wait;
    backoff *= 2;
    std::this_thread::sleep_for(wait);
  }
}

base::Result<JsonDocument> ApiClient::parse(const Reply& reply, const std::string& path) const {
  base::Limits limits;
  limits.document_bytes = kPageBytes;
  return JsonDocument::parse(reply.body, limits, path);
}

base::Result<JsonDocument> ApiClient::get(const std::string& path) {
  milliseconds patience = options_.retry_time;
  BULKHEAD_TRY(const Reply reply, request(path, kJson, patience));
  if (reply.status != 200) {
    const ErrorKind kind = reply.status == 401 || reply.status == 403 ? ErrorKind::denied
                           : reply.status == 404                      ? ErrorKind::not_found
                                                                      : ErrorKind::network;
    return fail(kind, "the API server does not give " + path, server_, status_message(reply.status, reply.body));
  }
  return parse(reply, path);
}

base::Result<ListResult> ApiClient::list(const std::string& path, bool metadata_only, const std::function<base::Status(JsonView)>& item,
                                         const std::function<void()>& restart) {
  ListResult result;
  const auto failed = [&](model::ReadState state, std::string message) {
    result.state = state;
    result.message = std::move(message);
    return result;
  };
  milliseconds patience = options_.retry_time;
  std::string token;
  uint32_t page = options_.page;
  int restarts = 0;
  for (uint64_t pages = 0; pages < kMaxPages; ++pages) {
    const std::string url = path + "?limit=" + std::to_string(page) + (token.empty() ? "" : "&continue=" + base::percent_encode(token));
    auto reply = request(url, metadata_only ? kMetadata : kJson, patience);
    if (!reply) {
      if (reply.error().kind == ErrorKind::limit && page > 5) {  // the page does not fit: smaller ones, from the beginning
        page /= 10;
        token.clear();
        restart();
        continue;
      }
      result.unreachable = reply.error().kind == ErrorKind::network;
      return failed(model::ReadState::error, reply.error().text());
    }
    if (reply->status == 401) {
      return fail(ErrorKind::denied, "the API server does not know who asks", server_, status_message(401, reply->body));
    }
    if (reply->status == 403 || reply->status == 404) {
      return failed(reply->status == 403 ? model::ReadState::forbidden : model::ReadState::absent,
                    status_message(reply->status, reply->body));
    }
    if (reply->status == 410) {
      if (restarts++ < kRestarts) {
        token.clear();
        restart();
        continue;
      }
      const auto document = parse(*reply, path);
      std::string newer = document ? document->root().get("metadata").get("continue").text() : std::string();
      if (restarts > kRestarts + 1 || newer.empty()) {
        return failed(model::ReadState::error, "the list kept expiring while it was read (" + status_message(410, reply->body) + ")");
      }
      result.torn = true;
      token = std::move(newer);
      continue;
    }
    if (reply->status != 200) {
      return failed(model::ReadState::error, status_message(reply->status, reply->body));
    }
    const auto document = parse(*reply, path);
    if (!document) {
      return failed(model::ReadState::error, document.error().text());
    }
    const JsonView root = document->root();
    const JsonView items = root.get("items");
    if (!root.get("kind").text().ends_with("List") || (items.kind() != JsonKind::array && items.kind() != JsonKind::null)) {
      return failed(model::ReadState::error, "the answer is no list: kind " + root.get("kind").text().substr(0, 80));
    }
    if (metadata_only && root.get("kind").text() != "PartialObjectMetadataList") {
      return failed(model::ReadState::error, "the server sent whole objects where only their metadata was asked for; they were not kept");
    }
    const std::string version = root.get("metadata").get("resourceVersion").text();
    result.torn = result.torn || (!result.resource_version.empty() && !token.empty() && version != result.resource_version);
    result.resource_version = version;
    for (const JsonView& one : items.items()) {
      BULKHEAD_CHECK(item(one));
    }
    std::string next = root.get("metadata").get("continue").text();
    if (next.empty()) {
      return result;
    }
    if (next == token) {
      return failed(model::ReadState::error, "the server gives the same page again and again");
    }
    token = std::move(next);
  }
  return failed(model::ReadState::error, "the list has no end");
}

}  // namespace bulkhead::kube
