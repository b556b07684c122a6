// See worker.h for the protocol. Descriptors in the worker: 3 request, 4 result, 5… the inputs in the request's order.
#include "base/worker.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "base/file.h"
#include "base/jail.h"
#include "base/json.h"
#include "base/text.h"

extern char** environ;

namespace bulkhead::base {
namespace {

constexpr int kRequestFd = 3;
constexpr int kResultFd = 4;
constexpr int kFirstInputFd = 5;
constexpr const char* kWorkerFlag = "--bulkhead-worker";
constexpr uint32_t kMaxFrame = 1U << 20;

std::string encode_error(const Error& error) {
  JsonWriter w;
  w.begin_object().member("kind", static_cast<int>(error.kind)).member("what", error.what).member("where", error.where);
  w.member("cause", error.cause).member("hint", error.hint).member("context", error.context).end_object();
  return w.take();
}

Error decode_error(std::string_view json) {
  Error error{ErrorKind::internal, "the worker sent an error that cannot be read", {}, {}, {}, {}};
  if (const auto document = JsonDocument::parse(json)) {
    const JsonView root = document->root();
    const int64_t kind = root.get("kind").integer().value_or(-1);
    if (kind >= 0 && kind <= static_cast<int64_t>(ErrorKind::internal)) {
      error = {static_cast<ErrorKind>(kind), root.get("what").text(), root.get("where").text(),
               root.get("cause").text(),     root.get("hint").text(), root.get("context").texts()};
    }
  }
  return error;
}

Status send_frame(int fd, char type, std::string_view payload) {
  do {
    const std::string_view part = payload.substr(0, kMaxFrame);
    std::array<char, 5> header{type};
    for (size_t i = 0; i < 4; ++i) {
      header[i + 1] = static_cast<char>(part.size() >> (8 * i));
    }
    BULKHEAD_CHECK(write_all(fd, std::string_view(header.data(), header.size()), "worker result"));
    BULKHEAD_CHECK(write_all(fd, part, "worker result"));
    payload.remove_prefix(part.size());
  } while (!payload.empty());
  return {};
}

std::string describe_death(int wait_status, uint64_t memory_bytes) {
  if (WIFSIGNALED(wait_status)) {
    const int signal = WTERMSIG(wait_status);
    return "the worker ended by signal " + std::to_string(signal) + " (" + strsignal(signal) + ")" +
           (signal == SIGSYS ? ": it asked the kernel for something it may not have" : "");
  }
  return "the worker ended with code " + std::to_string(WEXITSTATUS(wait_status)) + " and gave no result; its memory limit is " +
         human_bytes(memory_bytes);
}

struct Child {
  pid_t pid = -1;
  ~Child() {
    if (pid > 0) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
    }
  }
  int wait() {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    pid = -1;
    return status;
  }
};

// What the parent has understood so far of the worker's frames.
struct Frames {
  const WorkerRequest& request;
  WorkerResult result;
  std::string buffer;
  uint64_t output_bytes = 0;
  bool exited = false;

  Status take(char type, std::string_view payload) {
    switch (type) {
      case 'O':
        output_bytes += payload.size();
        if (output_bytes > request.max_output) {
          return fail(ErrorKind::limit, "the worker's output is over the limit of " + human_bytes(request.max_output), request.task);
        }
        if (request.on_output) {
          return request.on_output(payload);
        }
        result.output += payload;
        return {};
      case 'P':
        if (request.on_progress) {
          request.on_progress(payload);
        }
        return {};
      case 'E': return std::unexpected(decode_error(payload));
      case 'X': {
        BULKHEAD_TRY(const JsonDocument document, JsonDocument::parse(payload, {}, "worker exit"));
        result.exit_code = static_cast<int>(document.root().get("code").integer().value_or(3));
        result.jailed = document.root().get("jailed").flag();
        result.unjailed_reason = document.root().get("why_not").text();
        exited = true;
        return {};
      }
      default: return fail(ErrorKind::internal, "the worker broke the protocol", request.task);
    }
  }

  Status feed(std::string_view bytes) {
    buffer += bytes;
    size_t at = 0;
    while (buffer.size() - at >= 5) {
      uint32_t length = 0;
      for (size_t i = 0; i < 4; ++i) {
        length |= static_cast<uint32_t>(static_cast<uint8_t>(buffer[at + 1 + i])) << (8 * i);
      }
      if (length > kMaxFrame) {
        return fail(ErrorKind::internal, "the worker broke the protocol", request.task);
      }
      if (buffer.size() - at - 5 < length) {
        break;
      }
      BULKHEAD_CHECK(take(buffer[at], std::string_view(buffer).substr(at + 5, length)));
      at += 5 + length;
    }
    buffer.erase(0, at);
    return {};
  }
};

std::string encode_request(const WorkerRequest& request) {
  JsonWriter w;
  w.begin_object().member("task", request.task).member("request", request.request);
  w.key("inputs").begin_array();
  for (const WorkerInput& input : request.inputs) {
    w.value(input.name);
  }
  w.end_array();
  const Limits& l = request.limits;
  w.key("limits").begin_array();
  for (const uint64_t value :
       {l.document_bytes, static_cast<uint64_t>(l.depth), l.string_bytes, static_cast<uint64_t>(l.yaml_aliases), l.archive_entries,
        l.archive_bytes, static_cast<uint64_t>(l.compression_ratio), static_cast<uint64_t>(l.path_bytes), static_cast<uint64_t>(l.layers),
        l.file_bytes, static_cast<uint64_t>(l.nested_archives), l.components, static_cast<uint64_t>(l.time.count()), l.memory_bytes}) {
    w.value(value);
  }
  w.end_array().end_object();
  return w.take();
}

Limits decode_limits(JsonView array) {
  Limits l;
  std::vector<uint64_t> v;
  for (const JsonView& item : array.items()) {
    v.push_back(static_cast<uint64_t>(item.integer().value_or(0)));
  }
  if (v.size() == 14) {
    l = {v[0],
         static_cast<uint32_t>(v[1]),
         v[2],
         static_cast<uint32_t>(v[3]),
         v[4],
         v[5],
         static_cast<uint32_t>(v[6]),
         static_cast<uint32_t>(v[7]),
         static_cast<uint32_t>(v[8]),
         v[9],
         static_cast<uint32_t>(v[10]),
         v[11],
         std::chrono::seconds(static_cast<int64_t>(v[12])),
         v[13]};
  }
  return l;
}

Result<pid_t> spawn_worker(const WorkerRequest& request, int request_fd, int result_fd) {
  // The copies sit above every target number, so that no dup2 of the file actions overwrites a source still needed.
  const int above = kFirstInputFd + static_cast<int>(request.inputs.size());
  std::vector<UniqueFd> sources;
  for (const int fd : {request_fd, result_fd}) {
    sources.emplace_back(::fcntl(fd, F_DUPFD_CLOEXEC, above));
  }
  for (const WorkerInput& input : request.inputs) {
    sources.emplace_back(::fcntl(input.fd, F_DUPFD_CLOEXEC, above));
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  int target = kRequestFd;
  bool usable = true;
  for (const UniqueFd& source : sources) {
    usable = usable && static_cast<bool>(source);
    posix_spawn_file_actions_adddup2(&actions, source.get(), target++);
  }
  char program[] = "/proc/self/exe";
  char name[] = "bulkhead-worker";
  char flag[] = "--bulkhead-worker";
  char* const arguments[] = {name, flag, nullptr};
  // The parent's environment may hold credentials that a parser has no business with.
  std::vector<char*> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (text.starts_with("ASAN_OPTIONS=") || text.starts_with("UBSAN_OPTIONS=") || text.starts_with("TSAN_OPTIONS=")) {
      environment.push_back(*entry);
    }
  }
  environment.push_back(nullptr);
  pid_t pid = -1;
  const int error = usable ? ::posix_spawn(&pid, program, &actions, nullptr, arguments, environment.data()) : EBADF;
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return fail_errno(error, "cannot start the worker", request.task);
  }
  return pid;
}

}  // namespace

Result<WorkerResult> run_worker(const WorkerRequest& request) {
  BULKHEAD_TRY(const UniqueFd request_fd, memory_file(encode_request(request)));
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return fail_errno(errno, "cannot make a pipe");
  }
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  Child child;
  BULKHEAD_TRY(child.pid, spawn_worker(request, request_fd.get(), write_end.get()));
  write_end = UniqueFd();

  Frames frames{request, {}, {}};
  const auto deadline = std::chrono::steady_clock::now() + request.limits.time;
  std::vector<char> chunk(1 << 16);
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) {
      return fail(ErrorKind::limit, "the worker was stopped at its time limit of " + std::to_string(request.limits.time.count()) + " s",
                  request.task);
    }
    pollfd poll_entry{read_end.get(), POLLIN, 0};
    const int ready = ::poll(&poll_entry, 1, static_cast<int>(std::min<int64_t>(left, 60'000)));
    if (ready <= 0) {
      continue;
    }
    const ssize_t got = ::read(read_end.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      break;
    }
    BULKHEAD_CHECK(frames.feed(std::string_view(chunk.data(), static_cast<size_t>(got))));
  }
  const int status = child.wait();
  if (!frames.exited) {
    return fail(ErrorKind::limit, describe_death(status, request.limits.memory_bytes), request.task);
  }
  return std::move(frames.result);
}

WorkerContext::WorkerContext(std::string request, std::map<std::string, int, std::less<>> inputs, Limits limits, std::string* collected)
    : request_(std::move(request)), inputs_(std::move(inputs)), limits_(limits), collected_(collected) {}

int WorkerContext::input(std::string_view name) const {
  const auto found = inputs_.find(name);
  return found == inputs_.end() ? -1 : found->second;
}

std::vector<std::string> WorkerContext::input_names() const {
  std::vector<std::string> names;
  for (const auto& [name, fd] : inputs_) {
    names.push_back(name);
  }
  return names;
}

Status WorkerContext::output(std::string_view bytes) {
  if (collected_ != nullptr) {
    collected_->append(bytes);
    return {};
  }
  return bytes.empty() ? Status{} : send_frame(result_fd_, 'O', bytes);
}

void WorkerContext::progress(std::string_view json) {
  if (result_fd_ >= 0) {
    (void)send_frame(result_fd_, 'P', json.substr(0, kMaxFrame));
  }
}

bool is_worker(int argc, char** argv) { return argc == 2 && std::strcmp(argv[1], kWorkerFlag) == 0; }

int worker_main(int, char**, std::span<const WorkerTask* const> tasks) {
  const auto give_error = [](const Error& error) {
    (void)send_frame(kResultFd, 'E', encode_error(error));
    return 3;
  };
  const auto text = read_fd(kRequestFd, Limits{}.document_bytes, "worker request");
  if (!text) {
    return give_error(text.error());
  }
  const auto document = JsonDocument::parse(*text, {}, "worker request");
  if (!document) {
    return give_error(document.error());
  }
  ::close(kRequestFd);
  const JsonView root = document->root();
  const std::string task_name = root.get("task").text();
  std::map<std::string, int, std::less<>> inputs;
  int fd = kFirstInputFd;
  for (const std::string& name : root.get("inputs").texts()) {
    inputs.emplace(name, fd++);
  }
  for (const WorkerTask* task : tasks) {
    if (task_name != task->name) {
      continue;
    }
    WorkerContext context(root.get("request").text(), std::move(inputs), decode_limits(root.get("limits")), nullptr);
    context.result_fd_ = kResultFd;
    if (task->prepare != nullptr) {
      if (const Status status = task->prepare(context); !status) {
        return give_error(status.error());
      }
    }
    std::vector<int> folders;
    struct stat info{};
    if (const int source = context.input("source");
        task->reads_folder && source >= 0 && ::fstat(source, &info) == 0 && S_ISDIR(info.st_mode)) {
      folders.push_back(source);
    }
    const JailReport jail = enter_jail(folders, context.limits().memory_bytes);
    const Result<int> code = task->run(context);
    if (!code) {
      return give_error(code.error());
    }
    JsonWriter w;
    w.begin_object().member("code", *code).member("jailed", jail.jailed).member("why_not", jail.why_not).end_object();
    (void)send_frame(kResultFd, 'X', w.str());
    // No destructors, no exit handlers: the jail refuses what some of them want, and the kernel frees faster.
    ::_exit(0);
  }
  return give_error(Error{ErrorKind::internal, "unknown worker task", task_name, {}, {}, {}});
}

}  // namespace bulkhead::base
