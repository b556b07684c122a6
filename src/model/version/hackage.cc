// Haskell package versions as Cabal orders them: natural numbers between dots, compared as lists, so that 1.0 < 1.0.0.
// Cabal refuses a leading zero and a number of more than nine digits. Tags behind it ("1.0-rc1", long deprecated) are read and do not
// count.
//
// Source: https://hackage.haskell.org/package/Cabal-syntax/docs/Distribution-Types-Version.html and https://pvp.haskell.org/.
#include "model/version/internal/part.h"

namespace bulkhead::model::version_scheme {
namespace {

// The numbers without the tags. Blanks at the end are passed over, as Cabal's fields are read.
std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}
std::string_view numbers_of(std::string_view text) {
  text = without_blanks(text);
  return text.substr(0, text.find('-'));
}

bool good_tags(std::string_view text) {
  while (!text.empty()) {
    text.remove_prefix(1);  // the hyphen
    size_t letters = 0;
    while (letters < text.size() && is_alnum(text[letters])) {
      ++letters;
    }
    text.remove_prefix(letters);
    if (letters == 0 || (!text.empty() && text.front() != '-')) {
      return false;
    }
  }
  return true;
}

base::Status valid(std::string_view text) {
  BULKHEAD_CHECK(check_length(text));
  std::string_view rest = numbers_of(text);
  if (!good_tags(without_blanks(text).substr(rest.size()))) {
    return bad_version("expected letters or digits behind a hyphen", text);
  }
  for (bool more = true; more;) {
    more = rest.find('.') != std::string_view::npos;
    const std::string_view number = cut_part(rest, '.');
    if (!all_digits(number)) {
      return bad_version("expected numbers between dots", text);
    }
    if (number.size() > 1 && number.front() == '0') {
      return bad_version("version digit with leading zero", text);
    }
    if (number.size() > 9) {
      return bad_version("at most 9 digits are allowed per version number part", text);
    }
  }
  return {};
}

base::Result<std::strong_ordering> compare(std::string_view a, std::string_view b) {
  BULKHEAD_CHECK(valid(a));
  BULKHEAD_CHECK(valid(b));
  a = numbers_of(a);
  b = numbers_of(b);
  while (!a.empty() && !b.empty()) {
    if (const auto order = compare_digits(cut_part(a, '.'), cut_part(b, '.')); order != 0) {
      return order;
    }
  }
  return !a.empty() <=> !b.empty();
}

constexpr const char* kPurlTypes[] = {"hackage"};

}  // namespace

extern constinit const Scheme hackage{"hackage", kPurlTypes, "https://pvp.haskell.org/", compare, valid};

}  // namespace bulkhead::model::version_scheme
