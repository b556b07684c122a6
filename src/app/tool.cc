#include "app/tool.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "model/cvss.h"
#include "model/purl.h"
#include "model/version.h"

namespace bulkhead::app {
namespace {

// Large enough that system calls do not count, small enough that answers come soon in an interactive use.
constexpr size_t kBlock = 256 << 10;

base::Status write_all(std::string& out) {
  size_t done = 0;
  while (done < out.size()) {
    const ssize_t n = ::write(STDOUT_FILENO, out.data() + done, out.size() - done);
    if (n < 0 && errno != EINTR) {
      return base::fail_errno(errno, "cannot write the answers", "standard output");
    }
    done += n > 0 ? static_cast<size_t>(n) : 0;
  }
  out.clear();
  return {};
}

// Gives every line of standard input to `answer`, which appends its line to the text it is given. Answers are written whenever
// input would block or a block is full, so that a program can talk with us line by line.
base::Result<int> answer_lines(const std::function<void(std::string_view, std::string&)>& answer) {
  std::vector<char> buffer(kBlock);
  size_t filled = 0;
  bool skipping = false;  // inside a line that is too long
  std::string out;
  out.reserve(2 * kBlock);
  const auto give = [&](std::string_view line) {
    if (skipping) {
      skipping = false;
      out += "error: line longer than 1 MiB\n";
    } else {
      answer(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line, out);
      out += '\n';
    }
  };
  while (true) {
    const ssize_t n = ::read(STDIN_FILENO, buffer.data() + filled, buffer.size() - filled);
    if (n < 0) {
      if (errno == EINTR) {
        continue;
      }
      return base::fail_errno(errno, "cannot read lines", "standard input");
    }
    if (n == 0) {
      break;
    }
    filled += static_cast<size_t>(n);
    std::string_view rest(buffer.data(), filled);
    while (true) {
      const void* newline = std::memchr(rest.data(), '\n', rest.size());
      if (newline == nullptr) {
        break;
      }
      const size_t length = static_cast<size_t>(static_cast<const char*>(newline) - rest.data());
      give(rest.substr(0, length));
      rest.remove_prefix(length + 1);
      if (out.size() >= kBlock) {
        BULKHEAD_CHECK(write_all(out));
      }
    }
    BULKHEAD_CHECK(write_all(out));
    filled = rest.size();
    std::memmove(buffer.data(), rest.data(), filled);
    if (filled == buffer.size()) {
      if (buffer.size() < kMaxToolLine) {
        buffer.resize(buffer.size() * 2);
      } else {
        skipping = true;
        filled = 0;
      }
    }
  }
  if (filled > 0 || skipping) {
    give(std::string_view(buffer.data(), filled));
  }
  BULKHEAD_CHECK(write_all(out));
  return 0;
}

void write_error(const base::Error& error, std::string& out) {
  base::JsonWriter writer;
  writer.begin_object().member("error", error.text()).end_object();
  out += writer.str();
}

// null for an empty part, as the specification's own tests have it.
void member_or_null(base::JsonWriter& writer, std::string_view key, const std::string& text) {
  writer.key(key);
  if (text.empty()) {
    writer.null();
  } else {
    writer.value(text);
  }
}

base::Result<model::Purl> read_purl(std::string_view line) {
  if (!base::trim(line).starts_with('{')) {
    return model::parse_purl(line);
  }
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(line));
  return model::purl_from_json(document.root());
}

void write_purl(const model::Purl& purl, std::string& out) {
  base::JsonWriter writer;
  writer.begin_object().member("canonical", model::to_text(purl)).member("type", purl.type);
  member_or_null(writer, "namespace", purl.name_space);
  writer.member("name", purl.name);
  member_or_null(writer, "version", purl.version);
  writer.key("qualifiers");
  if (purl.qualifiers.empty()) {
    writer.null();
  } else {
    writer.begin_object();
    for (const auto& [key, value] : purl.qualifiers) {
      writer.member(key, value);
    }
    writer.end_object();
  }
  member_or_null(writer, "subpath", purl.subpath);
  writer.end_object();
  out += writer.str();
}

// Tenths as a JSON number with one decimal: 9.8, 10.0.
std::string tenths(int score) { return std::to_string(score / 10) + "." + std::to_string(score % 10); }

void write_scores(const model::CvssScores& scores, std::string& out) {
  const bool version4 = scores.version == "4.0";
  base::JsonWriter writer;
  writer.begin_object().member("version", scores.version).key(version4 ? "score" : "base").raw(tenths(scores.base));
  if (!version4) {
    for (const auto& [key, score] : {std::pair{"temporal", scores.temporal}, {"environmental", scores.environmental}}) {
      writer.key(key).raw(score ? tenths(*score) : "null");
    }
  }
  writer.member("severity", scores.severity).end_object();
  out += writer.str();
}

}  // namespace

std::string scheme_names() {
  std::vector<std::string> names;
  for (const model::Scheme* row : model::schemes()) {
    names.emplace_back(row->name);
  }
  return base::join(names, " ");
}

base::Result<int> tool_version(const std::string& name) {
  const model::Scheme* const scheme = model::scheme(name);
  if (scheme == nullptr) {
    return base::fail(base::ErrorKind::usage, "no version scheme of this name", name, "known: " + scheme_names());
  }
  return answer_lines([scheme](std::string_view line, std::string& out) {
    const size_t tab = line.find('\t');
    if (tab == std::string_view::npos) {
      out += "error: expected two versions with a tab between them";
      return;
    }
    const auto order = scheme->compare(line.substr(0, tab), line.substr(tab + 1));
    if (order) {
      out += model::ordering_sign(*order);
    } else {
      out += "error: " + order.error().text();
    }
  });
}

base::Result<int> tool_purl() {
  return answer_lines([](std::string_view line, std::string& out) {
    if (const auto purl = read_purl(line)) {
      write_purl(*purl, out);
    } else {
      write_error(purl.error(), out);
    }
  });
}

base::Result<int> tool_cvss() {
  return answer_lines([](std::string_view line, std::string& out) {
    if (const auto scores = model::score_cvss(line)) {
      write_scores(*scores, out);
    } else {
      write_error(scores.error(), out);
    }
  });
}

}  // namespace bulkhead::app
