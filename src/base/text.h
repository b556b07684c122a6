// Small text helpers without a domain word. All are pure functions, safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bulkhead::base {

// Text for a terminal: control characters, escape sequences, bidirectional overrides and bytes that are no UTF-8 become
// visible \x.. or \u.... escapes. Newlines too: one value stays on one line.
std::string escape_terminal(std::string_view text);

// Columns that a terminal needs for UTF-8 text (wide characters 2, combining marks 0).
size_t display_width(std::string_view text);

bool valid_utf8(std::string_view text);
// Invalid sequences become U+FFFD.
std::string repair_utf8(std::string_view text);

std::string_view trim(std::string_view text);  // ASCII blanks at both ends
std::string lower_ascii(std::string_view text);
bool iequals_ascii(std::string_view a, std::string_view b);

// "a,,b" at ',' gives {"a", "", "b"}; an empty text gives {""}.
std::vector<std::string_view> split(std::string_view text, char separator);
// At the first separator only: {"key", "value=x"}; the second is nullopt where there is none.
std::pair<std::string_view, std::optional<std::string_view>> split_once(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string replace_all(std::string text, std::string_view from, std::string_view to);

// Whole text as a decimal number without sign; nullopt for anything else, overflow included.
std::optional<uint64_t> parse_u64(std::string_view text);
std::optional<int64_t> parse_i64(std::string_view text);
std::optional<double> parse_double(std::string_view text);  // finite only

// Glob with *, ?, [set]; '*' also matches '/'. Linear time.
bool glob_match(std::string_view pattern, std::string_view text);

std::string percent_decode(std::string_view text);
// 1234567 → "1,234,567".
std::string with_thousands(uint64_t value);
// 1536 → "1.5 KiB".
std::string human_bytes(uint64_t bytes);

}  // namespace bulkhead::base
