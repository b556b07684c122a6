// NuGet versions as NuGet.Versioning's NuGetVersion orders them: one to four numbers (missing ones are 0, leading zeros do not
// count), then SemVer 2.0.0 pre-release labels compared without case; metadata does not count.
//
// A label of digits is a number only where it fits 32 bits, as in .NET. Source:
// https://learn.microsoft.com/en-us/nuget/concepts/package-versioning. There is no .NET in the tests: their pairs are built
// from known numbers and labels (testdata/nuget/SOURCE).
#include <array>

#include "base/text.h"
#include "model/version/internal/part.h"

namespace bulkhead::model::version_scheme {
namespace {

struct NugetVersion {
  std::array<std::string_view, 4> numbers;
  std::string_view labels;
};

constexpr std::string_view kMaxInt = "2147483647";

bool labels_good(std::string_view list) {
  for (bool more = true; more;) {
    more = list.find('.') != std::string_view::npos;
    const std::string_view label = cut_part(list, '.');
    if (label.empty()) {
      return false;
    }
    for (const char c : label) {
      if (!is_alnum(c) && c != '-') {
        return false;
      }
    }
  }
  return true;
}

base::Result<NugetVersion> parse(std::string_view whole) {
  BULKHEAD_CHECK(check_length(whole));
  NugetVersion version;
  std::string_view text = base::trim(whole);
  if (const size_t plus = text.find('+'); plus != std::string_view::npos) {
    if (!labels_good(text.substr(plus + 1))) {
      return bad_version("invalid metadata", whole);
    }
    text = text.substr(0, plus);
  }
  if (const size_t hyphen = text.find('-'); hyphen != std::string_view::npos) {
    version.labels = text.substr(hyphen + 1);
    if (!labels_good(version.labels)) {
      return bad_version("invalid release label", whole);
    }
    text = text.substr(0, hyphen);
  }
  size_t count = 0;
  for (bool more = true; more; ++count) {
    more = text.find('.') != std::string_view::npos;
    const std::string_view number = cut_part(text, '.');
    if (count == 4 || !all_digits(number) || compare_digits(number, kMaxInt) > 0) {
      return bad_version("expected one to four numbers of 31 bits", whole);
    }
    version.numbers[count] = number;
  }
  return version;
}

std::strong_ordering compare_labels(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) {
    return a.empty() <=> b.empty();
  }
  while (!a.empty() && !b.empty()) {
    const std::string_view left = cut_part(a, '.');
    const std::string_view right = cut_part(b, '.');
    const auto is_number = [](std::string_view label) { return all_digits(label) && compare_digits(label, kMaxInt) <= 0; };
    const bool left_number = is_number(left);
    const bool right_number = is_number(right);
    const std::strong_ordering order = left_number && right_number   ? compare_digits(left, right)
                                       : left_number != right_number ? right_number <=> left_number
                                                                     : compare_bytes(base::lower_ascii(left), base::lower_ascii(right));
    if (order != 0) {
      return order;
    }
  }
  return !a.empty() <=> !b.empty();
}

base::Result<std::strong_ordering> compare(std::string_view a, std::string_view b) {
  BULKHEAD_TRY(const NugetVersion left, parse(a));
  BULKHEAD_TRY(const NugetVersion right, parse(b));
  for (size_t i = 0; i < left.numbers.size(); ++i) {
    if (const auto order = compare_digits(left.numbers[i], right.numbers[i]); order != 0) {
      return order;
    }
  }
  return compare_labels(left.labels, right.labels);
}

base::Status valid(std::string_view version) {
  BULKHEAD_CHECK(parse(version));
  return {};
}

constexpr const char* kPurlTypes[] = {"nuget"};

}  // namespace

extern constinit const Scheme nuget{"nuget", kPurlTypes, "https://learn.microsoft.com/en-us/nuget/concepts/package-versioning", compare,
                                    valid};

}  // namespace bulkhead::model::version_scheme
