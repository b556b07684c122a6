// What rpm's and Arch's versions have in common: their three parts, and the turns of digits and letters in each.
#pragma once

#include <string_view>

#include "model/version/internal/part.h"

namespace bulkhead::model::version_scheme {

struct EpochVersionRelease {
  std::string_view epoch = "0";
  std::string_view version;
  std::string_view release;
  bool has_release = false;
};

// [epoch:]version[-release]; the release begins at the last '-' behind the epoch's digits. An empty epoch is 0.
inline EpochVersionRelease split_version(std::string_view text) {
  EpochVersionRelease out;
  const size_t digits = digits_at(text);
  const bool epoch = digits < text.size() && text[digits] == ':';
  const size_t hyphen = text.rfind('-');
  if (hyphen != std::string_view::npos && hyphen >= digits) {
    out.release = text.substr(hyphen + 1);
    out.has_release = true;
    text = text.substr(0, hyphen);
  }
  out.version = text;
  if (epoch) {
    out.epoch = digits > 0 ? text.substr(0, digits) : "0";
    out.version = text.substr(digits + 1);
  }
  return out;
}

// Takes the digits (or letters) off the front of `text`.
inline std::string_view take_run(std::string_view& text, bool digits) {
  size_t n = 0;
  while (n < text.size() && (digits ? is_digit(text[n]) : is_alpha(text[n]))) {
    ++n;
  }
  const std::string_view run = text.substr(0, n);
  text.remove_prefix(n);
  return run;
}

}  // namespace bulkhead::model::version_scheme
