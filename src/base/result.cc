#include "base/result.h"

#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace bulkhead::base {

Error Error::in(std::string who) && {
  context.push_back(std::move(who));
  return std::move(*this);
}

std::string Error::text() const {
  std::string out = what;
  if (!where.empty()) {
    out += ": " + where;
  }
  if (!cause.empty()) {
    out += ": " + cause;
  }
  if (!context.empty()) {
    out += " (";
    for (size_t i = 0; i < context.size(); ++i) {
      out += (i == 0 ? "" : "; ") + context[i];
    }
    out += ")";
  }
  return escape_terminal(out);
}

std::unexpected<Error> fail(ErrorKind kind, std::string what, std::string where, std::string cause) {
  return std::unexpected(Error{kind, std::move(what), std::move(where), std::move(cause), {}, {}});
}

std::unexpected<Error> fail_errno(int error_number, std::string what, std::string where) {
  char buffer[128];
  // glibc's variant: it may return a static text instead of filling the buffer.
  const char* cause = strerror_r(error_number, buffer, sizeof buffer);
  return fail(error_number == ENOENT ? ErrorKind::not_found : ErrorKind::io, std::move(what), std::move(where), cause);
}

}  // namespace bulkhead::base
