#include "base/http_client.h"

#include <mutex>

#include <curl/curl.h>

#include "base/json.h"
#include "base/text.h"

namespace bulkhead::base {
namespace {

constexpr size_t kMaxHeaderBytes = 256U << 10;

HttpFailure failure_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT: return HttpFailure::connect;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR: return HttpFailure::certificate;
    case CURLE_OPERATION_TIMEDOUT: return HttpFailure::timeout;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return HttpFailure::cut;
    default: return HttpFailure::other;
  }
}

const char* failure_words(HttpFailure failure) {
  switch (failure) {
    case HttpFailure::connect: return "no connection";
    case HttpFailure::certificate: return "the server's certificate is not trusted";
    case HttpFailure::timeout: return "no full answer in time";
    case HttpFailure::cut: return "the connection was cut";
    default: return "the request failed";
  }
}

// What one transfer fills in; the callbacks' user data.
struct Transfer {
  const HttpRequest& request;
  HttpResponse response;
  Status stopped;  // an error of ours that ended the transfer
  size_t header_bytes = 0;
  uint64_t body_bytes = 0;

  static size_t on_header(char* data, size_t, size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::string_view line = trim(std::string_view(data, size));
    transfer.header_bytes += size;
    if (transfer.header_bytes > kMaxHeaderBytes) {
      transfer.stopped = fail(ErrorKind::limit, "the answer's headers are over " + human_bytes(kMaxHeaderBytes), transfer.request.url);
      return 0;
    }
    if (line.starts_with("HTTP/")) {  // a new head: after "100 Continue" or a proxy's answer
      transfer.response.headers.clear();
      const auto parts = split(line, ' ');
      transfer.response.status = parts.size() > 1 ? static_cast<int>(parse_u64(parts[1]).value_or(0)) : 0;
    } else if (const auto [name, value] = split_once(line, ':'); value) {
      transfer.response.headers.emplace_back(lower_ascii(name), trim(*value));
    }
    return size;
  }

  // The head is complete when the first byte of the body comes.
  static size_t on_body(char* data, size_t, size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const bool first = transfer.body_bytes == 0;
    if (first && !transfer.give_head()) {
      return size + 1;
    }
    if (first && transfer.request.first_byte != '\0' && size > 0) {
      const std::string_view start = trim(std::string_view(data, size));
      if (!start.empty() && start.front() != transfer.request.first_byte) {
        transfer.stopped = fail(ErrorKind::input, "the answer does not begin as it must", transfer.request.url,
                                "first byte " + json_quote(start.substr(0, 1)));
        return size + 1;
      }
    }
    if (transfer.body_bytes + size > transfer.request.max_body) {
      transfer.stopped =
          fail(ErrorKind::limit, "the answer is over the limit of " + human_bytes(transfer.request.max_body), transfer.request.url);
      return size + 1;
    }
    transfer.body_bytes += size;
    if (transfer.request.on_body) {
      transfer.stopped = transfer.request.on_body(std::string_view(data, size));
      return transfer.stopped ? size : size + 1;
    }
    transfer.response.body.append(data, size);
    return size;
  }

  bool give_head() {
    if (request.on_head) {
      stopped = request.on_head(response);
    }
    return stopped.has_value();
  }
};

// "https://10.0.0.1:6443/api" → {"10.0.0.1", "6443"}; brackets of an IPv6 address stay.
std::pair<std::string, std::string> host_and_port(std::string_view url) {
  const bool tls = url.starts_with("https://");
  url = url.substr(std::min(url.find("://") == std::string_view::npos ? 0 : url.find("://") + 3, url.size()));
  url = url.substr(0, url.find_first_of("/?#"));
  if (const size_t at = url.rfind('@'); at != std::string_view::npos) {
    url = url.substr(at + 1);
  }
  const size_t bracket = url.find(']');
  const size_t colon = url.find(':', bracket == std::string_view::npos ? 0 : bracket);
  return {std::string(url.substr(0, colon)), colon == std::string_view::npos ? (tls ? "443" : "80") : std::string(url.substr(colon + 1))};
}

curl_blob blob(const std::string& bytes) { return {const_cast<char*>(bytes.data()), bytes.size(), CURL_BLOB_NOCOPY}; }

}  // namespace

struct HttpClient::Impl {
  HttpOptions options;
  CURL* curl = nullptr;
  HttpFailure failure = HttpFailure::none;
  ~Impl() {
    if (curl != nullptr) {
      curl_easy_cleanup(curl);
    }
  }

  bool set_up() {
    const HttpOptions& o = options;
    bool good = true;
    const auto set = [&](CURLoption option, auto value) { good = good && curl_easy_setopt(curl, option, value) == CURLE_OK; };
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_USERAGENT, o.user_agent.c_str());
    set(CURLOPT_ACCEPT_ENCODING, "gzip");
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(o.connect_time.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(o.total_time.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(o.slow_bytes));
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(o.slow_time.count()));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, o.verify ? 1L : 0L);
    set(CURLOPT_SSL_VERIFYHOST, o.verify ? 2L : 0L);
    set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    if (!o.ca_pem.empty()) {
      const curl_blob ca = blob(options.ca_pem);
      set(CURLOPT_CAINFO_BLOB, &ca);
      set(CURLOPT_CAINFO, static_cast<char*>(nullptr));
      set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
    }
    if (!o.client_cert_pem.empty()) {
      const curl_blob certificate = blob(options.client_cert_pem);
      const curl_blob key = blob(options.client_key_pem);
      set(CURLOPT_SSLCERTTYPE, "PEM");
      set(CURLOPT_SSLKEYTYPE, "PEM");
      set(CURLOPT_SSLCERT_BLOB, &certificate);
      set(CURLOPT_SSLKEY_BLOB, &key);
    }
    if (!o.proxy.empty()) {
      set(CURLOPT_PROXY, o.proxy.c_str());
      set(CURLOPT_NOPROXY, "");
    }
    return good;
  }
};

HttpClient::HttpClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

HttpFailure HttpClient::last_failure() const { return impl_->failure; }

Result<HttpClient> HttpClient::create(HttpOptions options) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  if (options.client_cert_pem.empty() != options.client_key_pem.empty()) {
    return fail(ErrorKind::usage, "a client certificate needs its key, and a key its certificate");
  }
  auto impl = std::make_unique<Impl>();
  impl->options = std::move(options);
  impl->curl = curl_easy_init();
  if (impl->curl == nullptr || !impl->set_up()) {
    return fail(ErrorKind::internal, "cannot set up the HTTP client");
  }
  return HttpClient(std::move(impl));
}

Result<HttpResponse> HttpClient::get(const HttpRequest& request) {
  Impl& impl = *impl_;
  const auto [host, port] = host_and_port(request.url);
  std::string url = request.url;
  curl_slist* headers = nullptr;
  curl_slist* connect_to = nullptr;
  const auto add = [&](curl_slist*& list, const std::string& line) { list = curl_slist_append(list, line.c_str()); };
  for (const auto& [name, value] : request.headers) {
    // A line break in a value (a token file's) would be a header of its own.
    if (name.find_first_of("\r\n") != std::string::npos || value.find_first_of("\r\n") != std::string::npos) {
      curl_slist_free_all(headers);
      return fail(ErrorKind::usage, "a line break in the HTTP header " + name);
    }
    add(headers, name + ": " + value);
  }
  if (!impl.options.tls_server_name.empty()) {
    // The name goes into the URL, where it is asked for and checked; the connection goes to the true host.
    const std::string& name = impl.options.tls_server_name;
    const size_t at = url.find(host, url.find("://") + 3);
    url.replace(at, host.size(), name);
    add(connect_to, name + ":" + port + ":" + host + ":" + port);
    add(headers, "Host: " + host + ":" + port);
  }
  Transfer transfer{request, {}, {}};
  char detail[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(impl.curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(impl.curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(impl.curl, CURLOPT_CONNECT_TO, connect_to);
  curl_easy_setopt(impl.curl, CURLOPT_ACCEPT_ENCODING, request.as_stored ? static_cast<const char*>(nullptr) : "gzip");
  curl_easy_setopt(impl.curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(impl.curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(impl.curl, CURLOPT_ERRORBUFFER, detail);
  const CURLcode code = curl_easy_perform(impl.curl);
  curl_easy_setopt(impl.curl, CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));
  curl_easy_setopt(impl.curl, CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
  curl_easy_setopt(impl.curl, CURLOPT_CONNECT_TO, static_cast<curl_slist*>(nullptr));
  curl_slist_free_all(headers);
  curl_slist_free_all(connect_to);
  impl.failure = HttpFailure::none;
  if (transfer.stopped && code == CURLE_OK && transfer.body_bytes == 0) {
    (void)transfer.give_head();
  }
  if (!transfer.stopped) {
    return std::unexpected(std::move(transfer.stopped).error());
  }
  if (code != CURLE_OK) {
    impl.failure = failure_of(code);
    return fail(ErrorKind::network, failure_words(impl.failure), request.url, *detail != '\0' ? detail : curl_easy_strerror(code));
  }
  return std::move(transfer.response);
}

std::string_view HttpResponse::header(std::string_view lower_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_name) {
      return value;
    }
  }
  return {};
}

std::string percent_encode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kHex[static_cast<uint8_t>(c) >> 4];
      out += kHex[static_cast<uint8_t>(c) & 15];
    }
  }
  return out;
}

}  // namespace bulkhead::base
