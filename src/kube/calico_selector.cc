#include "kube/calico_selector.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "kube/internal/end_selector.h"

namespace bulkhead::kube {
namespace {

using model::EndSelector;
using Of = EndSelector::Of;

constexpr size_t kLongest = 64 << 10;
constexpr int kDeepest = 64;

bool is_label(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '/' || c == '-';
}
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Parser {
 public:
  Parser(std::string_view text, Of of) : text_(text), of_(of) {}

  base::Result<EndSelector> run() {
    auto out = either(0);
    skip();
    if (!error_.empty() || at_ < text_.size()) {
      return base::fail(base::ErrorKind::input, error_.empty() ? "something after the end of the selector" : error_,
                        "selector, character " + std::to_string(at_ + 1), std::string(text_.substr(0, 200)));
    }
    return out;
  }

 private:
  void skip() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  bool take(std::string_view token) {
    skip();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  // A word of the language, followed by something that is no part of a label.
  bool take_word(std::string_view word) {
    skip();
    if (!text_.substr(at_).starts_with(word)) return false;
    const size_t end = at_ + word.size();
    if (end < text_.size() && is_label(text_[end])) return false;
    at_ = end;
    return true;
  }
  EndSelector fail(std::string why) {
    if (error_.empty()) error_ = std::move(why);
    return end_unknown();
  }
  std::string label() {
    skip();
    const size_t begin = at_;
    while (at_ < text_.size() && is_label(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }
  std::optional<std::string> quoted() {
    skip();
    if (at_ >= text_.size() || (text_[at_] != '\'' && text_[at_] != '"')) return std::nullopt;
    const size_t end = text_.find(text_[at_], at_ + 1);
    if (end == std::string_view::npos) return std::nullopt;
    std::string value(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return value;
  }

  EndSelector either(int depth) {
    std::vector<EndSelector> parts;
    do {
      parts.push_back(both(depth));
    } while (error_.empty() && take("||"));
    return end_any(std::move(parts));
  }
  EndSelector both(int depth) {
    std::vector<EndSelector> parts;
    do {
      parts.push_back(one(depth));
    } while (error_.empty() && take("&&"));
    return end_all(std::move(parts));
  }

  EndSelector one(int depth) {
    if (depth > kDeepest) return fail("nested too deeply");
    bool negated = false;
    while (skip(), at_ < text_.size() && text_[at_] == '!') {
      negated = !negated;
      ++at_;
    }
    EndSelector out = plain(depth);
    return negated ? end_not(std::move(out)) : out;
  }

  EndSelector plain(int depth) {
    if (take("(")) {
      EndSelector inner = either(depth + 1);
      return take(")") ? inner : fail("a ) is missing");
    }
    if (take("all()")) return {};
    if (take("global()")) {  // ends without a namespace: no pod is one
      EndSelector none;
      none.op = EndSelector::Op::nothing;
      return none;
    }
    const std::string key = label();
    if (key.empty()) return fail("a label is missing");
    if (key == "has" && take("(")) {
      const std::string name = label();
      if (name.empty() || !take(")")) return fail("has(LABEL) expected");
      return exists(name);
    }
    if (take("==")) return compare(key, EndSelector::Op::in);
    if (take("!=")) return end_not(compare(key, EndSelector::Op::in));
    if (take_word("contains")) return compare(key, EndSelector::Op::contains);
    if (take_word("starts")) return take_word("with") ? compare(key, EndSelector::Op::starts) : fail("starts with expected");
    if (take_word("ends")) return take_word("with") ? compare(key, EndSelector::Op::ends) : fail("ends with expected");
    if (take_word("in")) return set(key);
    if (take_word("not")) return take_word("in") ? end_not(set(key)) : fail("not in expected");
    return fail("a comparison is missing");
  }

  EndSelector set(const std::string& key) {
    if (!take("{")) return fail("a { is missing");
    std::vector<std::string> values;
    if (!take("}")) {
      do {
        std::optional<std::string> value = quoted();
        if (!value) return fail("a quoted value is missing");
        values.push_back(*std::move(value));
      } while (take(","));
      if (!take("}")) return fail("a } is missing");
    }
    return test(key, EndSelector::Op::in, std::move(values));
  }
  EndSelector compare(const std::string& key, EndSelector::Op op) {
    std::optional<std::string> value = quoted();
    return value ? test(key, op, {*std::move(value)}) : fail("a quoted value is missing");
  }

  // Whose label a key is.
  static Of owner(std::string& key, Of of) {
    if (of != Of::pod) return of;
    if (key == "projectcalico.org/namespace") {
      key.clear();
      return Of::namespace_name;
    }
    if (key == "projectcalico.org/serviceaccount") {
      key.clear();
      return Of::account_name;
    }
    for (const auto& [prefix, whose] : {std::pair{std::string_view("pcns."), Of::ns}, std::pair{std::string_view("pcsa."), Of::account}}) {
      if (!key.starts_with(prefix)) continue;
      key.erase(0, prefix.size());
      return whose;
    }
    return of;
  }
  EndSelector exists(std::string key) {
    const Of of = owner(key, of_);
    if (of == Of::namespace_name || of == Of::account_name || key == "projectcalico.org/orchestrator") return {};  // every pod has one
    return end_exists(of, std::move(key));
  }
  EndSelector test(std::string key, EndSelector::Op op, std::vector<std::string> values) {
    const Of of = owner(key, of_);
    if (key == "projectcalico.org/orchestrator" && op == EndSelector::Op::in) {
      EndSelector out;
      if (std::ranges::find(values, "k8s") == values.end()) out.op = EndSelector::Op::nothing;
      return out;
    }
    EndSelector out = end_in(of, std::move(key), std::move(values));
    out.op = op;
    return out;
  }

  std::string_view text_;
  Of of_;
  size_t at_ = 0;
  std::string error_;
};

}  // namespace

base::Result<EndSelector> parse_calico_selector(std::string_view text, Of of) {
  if (text.size() > kLongest) return base::fail(base::ErrorKind::limit, "a selector of more than 64 KiB", "selector");
  if (base::trim(text).empty()) return EndSelector();
  return Parser(text, of).run();
}

}  // namespace bulkhead::kube
