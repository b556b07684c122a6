// GET over HTTP and HTTPS, bounded in size and time, for API servers and registries. Only reading: there is no other method.
//
// TLS certificates are checked against `ca_pem` alone where it is given, else against the system's; redirects are not
// followed (a status like any other); no other protocol than http and https is spoken. Proxies: `proxy`, else the usual
// environment (https_proxy, no_proxy).
// Errors: ErrorKind::network (no connection, certificate refused, cut, timed out; HttpFailure tells which),
// ErrorKind::limit (body over max_body). A status of 400 and more is no error here.
// Threads: one client, one thread; connections are kept between calls.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace bulkhead::base {

struct HttpOptions {
  std::string ca_pem;                           // one or more certificates
  std::string client_cert_pem, client_key_pem;  // both or none
  bool verify = true;                           // false: any certificate is taken
  std::string tls_server_name;                  // name to ask for and to check instead of the URL's host
  std::string proxy;                            // URL
  std::string user_agent = "bulkhead";
  std::chrono::milliseconds connect_time{10'000};
  std::chrono::milliseconds total_time{60'000};  // one request, from start to last byte
  std::chrono::seconds slow_time{20};            // given up after so long under slow_bytes a second
  uint32_t slow_bytes = 512;
};

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::string_view header(std::string_view lower_name) const;  // the first; empty when absent
};

struct HttpRequest {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  uint64_t max_body = 64ULL << 20;  // after decompression
  char first_byte = '\0';           // '{': a body whose first byte is neither this nor a blank is refused at once
  // Sees status and headers before the body; an error ends the request and is what get() returns. May be null.
  std::function<Status(const HttpResponse&)> on_head;
  // Takes the body piece by piece instead of HttpResponse::body; an error ends the request. May be null.
  std::function<Status(std::string_view)> on_body;
  bool as_stored = false;  // the body is asked for and given without content coding: what a Range counts
};

// Why a request failed below HTTP.
enum class HttpFailure { none, connect, certificate, cut, timeout, other };

class HttpClient {
 public:
  static Result<HttpClient> create(HttpOptions options);
  HttpClient(HttpClient&&) noexcept;
  ~HttpClient();

  Result<HttpResponse> get(const HttpRequest& request);
  HttpFailure last_failure() const;

 private:
  struct Impl;
  explicit HttpClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// As a part of a URL: everything but unreserved characters (RFC 3986) as %XX.
std::string percent_encode(std::string_view text);

}  // namespace bulkhead::base
