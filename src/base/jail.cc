#include "base/jail.h"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "base/internal/landlock_abi.h"

namespace bulkhead::base {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

// What the C++ run time, the allocator, and readers of already open descriptors need. Nothing that names a file or a peer.
constexpr int kPlainCalls[] = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(pread64),
    SCMP_SYS(preadv),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(lseek),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(sched_yield),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(nanosleep),
    SCMP_SYS(time),
    SCMP_SYS(getrandom),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getrlimit),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(getdents64),
    SCMP_SYS(uname),
    SCMP_SYS(sysinfo),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(membarrier),
    SCMP_SYS(fadvise64),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(getrusage),
    SCMP_SYS(dup),
    SCMP_SYS(restart_syscall),
};

struct Filter {
  scmp_filter_ctx context = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  bool good = context != nullptr;
  ~Filter() { seccomp_release(context); }

  void add(uint32_t action, int call) { good = good && seccomp_rule_add_array(context, action, call, 0, nullptr) == 0; }
  void allow_if(int call, std::initializer_list<scmp_arg_cmp> conditions) {
    good = good && seccomp_rule_add_array(context, SCMP_ACT_ALLOW, call, static_cast<unsigned>(conditions.size()), conditions.begin()) == 0;
  }
};

scmp_arg_cmp masked(unsigned argument, uint64_t mask, uint64_t value) { return {argument, SCMP_CMP_MASKED_EQ, mask, value}; }
scmp_arg_cmp equals(unsigned argument, uint64_t value) { return {argument, SCMP_CMP_EQ, value, 0}; }

bool load_seccomp(bool may_open) {
  Filter filter;
  for (const int call : kPlainCalls) {
    filter.add(SCMP_ACT_ALLOW, call);
  }
  // Memory never becomes code.
  filter.allow_if(SCMP_SYS(mmap), {masked(2, PROT_EXEC, 0)});
  filter.allow_if(SCMP_SYS(mprotect), {masked(2, PROT_EXEC, 0)});
  // Threads, not processes. clone3 hides its flags behind a pointer; ENOSYS makes the C library fall back to clone.
  filter.allow_if(SCMP_SYS(clone), {masked(0, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM)});
  filter.add(SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3));
  // abort() raises a signal in this very process.
  filter.allow_if(SCMP_SYS(tgkill), {equals(0, static_cast<uint64_t>(::getpid()))});
  for (const int command : {F_GETFL, F_GETFD, F_SETFD, F_DUPFD_CLOEXEC, F_GETLK, F_SETLK}) {
    filter.allow_if(SCMP_SYS(fcntl), {equals(1, static_cast<uint64_t>(command))});
  }
  filter.allow_if(SCMP_SYS(prlimit64), {equals(2, 0)});                              // reading limits only: no new ones given
  filter.allow_if(SCMP_SYS(newfstatat), {masked(3, AT_EMPTY_PATH, AT_EMPTY_PATH)});  // fstat by another name
  if (kSanitized) {  // UBSan's type checks probe whether memory is readable by writing it to a pipe
    filter.add(SCMP_ACT_ALLOW, SCMP_SYS(pipe));
    filter.add(SCMP_ACT_ALLOW, SCMP_SYS(pipe2));
  }
  if (may_open) {
    constexpr uint64_t kWriting = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY);
    filter.allow_if(SCMP_SYS(openat), {masked(2, kWriting, O_RDONLY)});
    filter.add(SCMP_ACT_ALLOW, SCMP_SYS(readlinkat));
    filter.allow_if(SCMP_SYS(newfstatat), {masked(3, AT_EMPTY_PATH, 0)});
  }
  return filter.good && seccomp_load(filter.context) == 0;
}

// Returns the ABI in force, 0 where the kernel has none.
int load_landlock(const std::vector<int>& folders) {
  const long abi = ::syscall(landlock::kCreateRuleset, nullptr, 0, landlock::kVersionFlag);
  if (abi < 1) {
    return 0;
  }
  landlock::RulesetAttribute attribute{};
  attribute.handled_access_fs = landlock::all_file_access(static_cast<int>(abi));
  attribute.handled_access_net = abi >= 4 ? landlock::kBindTcp | landlock::kConnectTcp : 0;
  attribute.scoped = abi >= 6 ? landlock::kScopeAbstractUnix | landlock::kScopeSignal : 0;
  const size_t size = abi >= 6 ? sizeof attribute : abi >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
  const int ruleset = static_cast<int>(::syscall(landlock::kCreateRuleset, &attribute, size, 0));
  if (ruleset < 0) {
    return 0;
  }
  bool good = true;
  for (const int folder : folders) {
    const landlock::PathBeneath rule{landlock::kReadFile | landlock::kReadFolder, folder};
    good = good && ::syscall(landlock::kAddRule, ruleset, landlock::kRulePathBeneath, &rule, 0) == 0;
  }
  good = good && ::syscall(landlock::kRestrictSelf, ruleset, 0) == 0;
  ::close(ruleset);
  return good ? static_cast<int>(abi) : 0;
}

void limit(decltype(RLIMIT_AS) resource, uint64_t value) {
  const rlimit both{value, value};
  (void)::setrlimit(resource, &both);
}

}  // namespace

JailReport enter_jail(const std::vector<int>& readable_folders, uint64_t memory_bytes) {
  JailReport report;
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  if (!kSanitized) {  // sanitizers reserve terabytes of address space for their shadow
    limit(RLIMIT_AS, memory_bytes);
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    report.why_not = std::string("no_new_privs refused: ") + std::strerror(errno);
    return report;
  }
  report.landlock = load_landlock(readable_folders) > 0;
  if (!load_seccomp(!readable_folders.empty())) {
    report.why_not = "this kernel refuses a seccomp filter";
    return report;
  }
  if (!report.landlock && !readable_folders.empty()) {
    report.why_not = "no Landlock in this kernel: a root file system's reader could read other files, too";
    return report;
  }
  report.jailed = true;
  return report;
}

}  // namespace bulkhead::base
