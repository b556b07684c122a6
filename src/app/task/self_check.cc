// Tries from inside the worker what a hijacked parser would try, and says of each whether it was refused. `bulkhead version
// --check` prints it; the system test runs it under strace.
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <string>

#include "base/worker.h"

namespace bulkhead::app::task {
namespace {

std::string verdict(const char* what, bool refused) { return std::string(what) + (refused ? ": refused\n" : ": ALLOWED\n"); }

bool connect_refused() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    return true;
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(9);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool refused =
      ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 && (errno == EPERM || errno == EACCES);
  ::close(fd);
  return refused;
}

bool exec_refused() {
  char program[] = "/nonexistent/bulkhead-self-check";
  char* const arguments[] = {program, nullptr};
  char* const environment[] = {nullptr};
  ::execve(program, arguments, environment);
  return errno == EPERM || errno == EACCES;  // ENOENT would mean that the call itself was let through
}

bool open_refused(const char* path, int flags) {
  const int fd = ::open(path, flags | O_CLOEXEC, 0600);
  if (fd >= 0) {
    ::close(fd);
    return false;
  }
  return errno == EPERM || errno == EACCES;
}

base::Result<int> run(base::WorkerContext& context) {
  std::string out = verdict("connect", connect_refused());
  out += verdict("exec", exec_refused());
  out += verdict("create a file", open_refused("/tmp/bulkhead-self-check", O_WRONLY | O_CREAT));
  out += verdict("read a file that was not passed", open_refused("/etc/passwd", O_RDONLY));
  const pid_t child = ::fork();
  if (child == 0) {
    ::_exit(0);
  }
  out += verdict("start a process", child < 0 && errno == EPERM);
  BULKHEAD_CHECK(context.output(out));
  return out.find("ALLOWED") == std::string::npos ? 0 : 1;
}

}  // namespace

extern constinit const base::WorkerTask self_check{.name = "self-check", .prepare = nullptr, .run = run};

}  // namespace bulkhead::app::task
