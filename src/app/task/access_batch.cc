// Answers lines of rights' questions, in order, until the input ends. Answers go out whenever the input would block.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <unordered_map>

#include "access/rbac.h"
#include "access/request_reader.h"
#include "app/cluster_query.h"
#include "app/cluster_source.h"
#include "base/json.h"
#include "base/text.h"
#include "base/worker.h"

namespace bulkhead::app::task {
namespace {

constexpr size_t kBlock = 256 << 10;  // read and written at a time
constexpr size_t kLongestLine = 1 << 20;
constexpr size_t kRemembered = 1 << 16;  // subjects and resources that are remembered; more are worked out anew

struct Hash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
template <typename Value>
using Memory = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

class Batch {
 public:
  Batch(const model::Cluster& cluster, bool why) : rbac_(cluster), reader_(cluster), why_(why) {}

  void answer(std::string_view line, std::string& out) {
    std::string_view field[4];
    size_t fields = 0;
    for (std::string_view rest = line; fields < 4; ++fields) {
      const size_t tab = fields < 3 ? rest.find('\t') : std::string_view::npos;
      field[fields] = rest.substr(0, tab);
      if (tab == std::string_view::npos) {
        ++fields;
        break;
      }
      rest.remove_prefix(tab + 1);
    }
    if (fields < 3) {
      out += "error: a line is SUBJECT<TAB>VERB<TAB>RESOURCE<TAB>NAMESPACE";
      return;
    }
    const Subject* subject = find_subject(field[0]);
    if (subject == nullptr) {
      out += error_;
      return;
    }
    const access::AccessRequest* parsed = find_resource(field[2], !field[3].empty());
    if (parsed == nullptr || field[1].empty()) {
      out += parsed == nullptr ? error_ : "error: no verb";
      return;
    }
    // One request is used for all lines, so that its strings keep their memory.
    request_.verb = field[1];
    request_.api_group = parsed->api_group;
    request_.resource = parsed->resource;
    request_.subresource = parsed->subresource;
    request_.name = parsed->name;
    request_.path = parsed->path;
    request_.ns = parsed->path.empty() ? field[3] : std::string_view();
    if (!why_) {
      out += model::name(rbac_.allowed(subject->principal, request_));
      return;
    }
    const access::AccessAnswer answer = rbac_.can(subject->identity, request_);
    out.append(model::name(answer.verdict)).append("\t").append(base::escape_terminal(answer.because));
  }

  const access::Rbac& rbac() const { return rbac_; }

 private:
  struct Subject {
    access::Identity identity;
    access::Rbac::Principal principal;
  };

  const Subject* find_subject(std::string_view text) {
    const auto known = subjects_.find(text);
    if (known != subjects_.end()) return &known->second;
    auto identity = access::parse_identity(text);
    if (!identity) return fail(identity.error());
    if (subjects_.size() >= kRemembered) subjects_.clear();
    access::Rbac::Principal principal = rbac_.principal(*identity);
    return &subjects_.emplace(std::string(text), Subject{*std::move(identity), std::move(principal)}).first->second;
  }

  // A namespace decides what a word that could be a URL means; which one it is does not matter.
  const access::AccessRequest* find_resource(std::string_view text, bool in_namespace) {
    Memory<access::AccessRequest>& resources = in_namespace ? namespaced_resources_ : resources_;
    const auto known = resources.find(text);
    if (known != resources.end()) return &known->second;
    auto request = reader_.read("get", text, in_namespace ? "some" : std::string_view());
    if (!request) return fail(request.error());
    if (resources.size() >= kRemembered) resources.clear();
    return &resources.emplace(std::string(text), *std::move(request)).first->second;
  }

  std::nullptr_t fail(const base::Error& error) {
    error_ = "error: " + error.text();
    return nullptr;
  }

  access::Rbac rbac_;
  access::RequestReader reader_;
  bool why_;
  Memory<Subject> subjects_;
  Memory<access::AccessRequest> resources_, namespaced_resources_;
  access::AccessRequest request_;
  std::string error_;
};

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_TRY(const base::JsonDocument request, base::JsonDocument::parse(context.request()));
  BULKHEAD_TRY(const model::Cluster cluster, load_cluster_input(context));
  Batch batch(cluster, request.root().get("why").flag());
  const int fd = context.input("lines");

  std::string in, out;
  bool too_long = false;
  const auto give = [&](std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (too_long) {
      out += "error: line longer than 1 MiB";
    } else {
      batch.answer(line, out);
    }
    too_long = false;
    out += '\n';
  };
  std::vector<char> block(kBlock);
  for (;;) {
    const ssize_t got = ::read(fd, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::fail_errno(errno, "cannot read lines", "standard input");
    if (got == 0) break;
    std::string_view rest(block.data(), static_cast<size_t>(got));
    if (!in.empty() || too_long) {
      const size_t newline = rest.find('\n');
      if (!too_long) in.append(rest.substr(0, newline));
      if (in.size() > kLongestLine) {
        too_long = true;
        in.clear();
      }
      if (newline == std::string_view::npos) continue;
      give(in);
      in.clear();
      rest.remove_prefix(newline + 1);
    }
    for (size_t newline = rest.find('\n'); newline != std::string_view::npos; newline = rest.find('\n')) {
      give(rest.substr(0, newline));
      rest.remove_prefix(newline + 1);
    }
    in.assign(rest);
    BULKHEAD_CHECK(context.output(out));
    out.clear();
  }
  if (!in.empty() || too_long) give(in);
  if (!out.empty()) BULKHEAD_CHECK(context.output(out));
  const std::vector<std::string>& unread = batch.rbac().unread();
  if (unread.empty()) return 0;
  context.progress(note_json("not read: " + base::join(unread, ", ") + "; what they would grant is unknown"));
  return request.root().get("strict").flag() ? 4 : 0;
}

}  // namespace

extern constinit const base::WorkerTask access_batch{.name = "access-batch", .prepare = nullptr, .run = run};

}  // namespace bulkhead::app::task
