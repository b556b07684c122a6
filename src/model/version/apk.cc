// Alpine package versions, digits{.digits}[letter]{_suffix[digits]}[~hash][-rdigits], as apk-tools 3 orders them.
//
// A component after the first that begins with 0 on either side is compared as text (1.01 < 1.1). Suffixes: alpha < beta < pre < rc
// < (none) < cvs < svn < git < hg < p. When one version ends, the longer one is newer unless it goes on with a pre-release suffix.
// Like apk, compare() orders versions whose tail does not follow the grammar by what comes before it; valid() refuses them.
//
// Source: apk-tools' doc/apk-package.5.scd and its test data (test/version.data); the golden pairs are from the latter.
#include "model/version/internal/part.h"

namespace bulkhead::model::version_scheme {
namespace {

// In the order in which they may follow one another.
enum class Token : uint8_t { first_digits, digits, letter, suffix, suffix_number, hash, revision, end, invalid };

constexpr std::string_view kSuffixes[] = {"alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p"};
constexpr int kNoSuffix = 4;

int suffix_rank(std::string_view name) {
  for (int i = 0; i < static_cast<int>(std::size(kSuffixes)); ++i) {
    if (i != kNoSuffix && kSuffixes[i] == name) {
      return i;
    }
  }
  return -1;
}

class Tokens {
 public:
  explicit Tokens(std::string_view text) : rest_(text) {
    value_ = take(digits_at(rest_));
    token_ = value_.empty() ? Token::invalid : Token::first_digits;
  }

  Token token() const { return token_; }
  std::string_view value() const { return value_; }
  bool pre_release() const { return token_ == Token::suffix && suffix_rank(value_) < kNoSuffix; }

  void next() {
    if (rest_.empty()) {
      token_ = token_ == Token::invalid ? token_ : Token::end;
      return;
    }
    const char c = rest_.front();
    if (c >= 'a' && c <= 'z' && token_ <= Token::digits) {
      set(Token::letter, take(1));
    } else if (c == '.' && token_ <= Token::digits) {
      take(1);
      set_filled(Token::digits, take(digits_at(rest_)));
    } else if (is_digit(c) && token_ == Token::suffix) {
      set(Token::suffix_number, take(digits_at(rest_)));
    } else if (c == '_' && token_ <= Token::suffix_number) {
      take(1);
      size_t letters = 0;
      while (letters < rest_.size() && rest_[letters] >= 'a' && rest_[letters] <= 'z') {
        ++letters;
      }
      set(Token::suffix, take(letters));
      token_ = suffix_rank(value_) < 0 ? Token::invalid : token_;
    } else if (c == '~' && token_ < Token::hash) {
      take(1);
      size_t n = 0;
      while (n < rest_.size() && (is_digit(rest_[n]) || (rest_[n] >= 'a' && rest_[n] <= 'f'))) {
        ++n;
      }
      set_filled(Token::hash, take(n));
    } else if (rest_.starts_with("-r") && token_ < Token::revision) {
      take(2);
      set_filled(Token::revision, take(digits_at(rest_)));
    } else {
      token_ = Token::invalid;
    }
  }

 private:
  std::string_view take(size_t n) {
    const std::string_view part = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return part;
  }
  void set(Token token, std::string_view value) {
    token_ = token;
    value_ = value;
  }
  void set_filled(Token token, std::string_view value) { set(value.empty() ? Token::invalid : token, value); }

  std::string_view rest_;
  std::string_view value_;
  Token token_ = Token::invalid;
};

std::strong_ordering compare_values(Token token, std::string_view a, std::string_view b) {
  switch (token) {
    case Token::digits:
      if (a.starts_with('0') || b.starts_with('0')) {
        return compare_bytes(a, b);
      }
      return compare_digits(a, b);
    case Token::first_digits:
    case Token::suffix_number:
    case Token::revision: return compare_digits(a, b);
    case Token::suffix: return suffix_rank(a) <=> suffix_rank(b);
    default: return compare_bytes(a, b);
  }
}

base::Status readable(std::string_view text) {
  BULKHEAD_CHECK(check_length(text));
  if (digits_at(text) == 0) {
    return bad_version("version does not begin with a digit", text);
  }
  return {};
}

base::Result<std::strong_ordering> compare(std::string_view a, std::string_view b) {
  BULKHEAD_CHECK(readable(a));
  BULKHEAD_CHECK(readable(b));
  Tokens left(a);
  Tokens right(b);
  while (left.token() == right.token() && left.token() < Token::end) {
    if (const auto order = compare_values(left.token(), left.value(), right.value()); order != 0) {
      return order;
    }
    left.next();
    right.next();
  }
  if (left.token() == right.token()) {
    return std::strong_ordering::equal;
  }
  if (left.pre_release()) {
    return std::strong_ordering::less;
  }
  if (right.pre_release()) {
    return std::strong_ordering::greater;
  }
  return right.token() <=> left.token();
}

base::Status valid(std::string_view text) {
  BULKHEAD_CHECK(readable(text));
  Tokens tokens(text);
  while (tokens.token() < Token::end) {
    tokens.next();
  }
  if (tokens.token() == Token::invalid) {
    return bad_version("does not follow Alpine's version grammar", text);
  }
  return {};
}

constexpr const char* kPurlTypes[] = {"apk"};

}  // namespace

extern constinit const Scheme apk{"apk", kPurlTypes, "https://gitlab.alpinelinux.org/alpine/apk-tools/-/blob/master/doc/apk-package.5.scd",
                                  compare, valid};

}  // namespace bulkhead::model::version_scheme
