// R package versions as R's utils::compareVersion orders them: numbers between '.' or '-', compared one by one; the version that
// ends earlier is older. (The operators of R 4.2's numeric_version say that 1.0 and 1.0.0 are equal, R's own documentation of
// compareVersion that the longer one is later; the two agree on everything else.)
//
// Source: https://stat.ethz.ch/R-manual/R-devel/library/utils/html/compareVersion.html; compared with R in
// tests/system/version_oracles.py. What is a version at all: numeric_version.
#include "model/version/internal/part.h"

namespace bulkhead::model::version_scheme {
namespace {

base::Status valid(std::string_view text) {
  BULKHEAD_CHECK(check_length(text));
  bool separator = true;
  for (const char c : text) {
    if (!is_digit(c) && (separator || (c != '.' && c != '-'))) {
      return bad_version("invalid version specification", text);
    }
    separator = !is_digit(c);
  }
  if (separator) {
    return bad_version("invalid version specification", text);
  }
  return {};
}

std::string_view cut_number(std::string_view& rest) {
  const std::string_view number = rest.substr(0, digits_at(rest));
  rest.remove_prefix(std::min(number.size() + 1, rest.size()));
  return number;
}

base::Result<std::strong_ordering> compare(std::string_view a, std::string_view b) {
  BULKHEAD_CHECK(valid(a));
  BULKHEAD_CHECK(valid(b));
  while (!a.empty() && !b.empty()) {
    if (const auto order = compare_digits(cut_number(a), cut_number(b)); order != 0) {
      return order;
    }
  }
  return !a.empty() <=> !b.empty();
}

constexpr const char* kPurlTypes[] = {"cran"};

}  // namespace

extern constinit const Scheme cran{"cran", kPurlTypes, "https://stat.ethz.ch/R-manual/R-devel/library/utils/html/compareVersion.html",
                                   compare, valid};

}  // namespace bulkhead::model::version_scheme
