// YAML in: every document of a stream as JSON, with the meaning that kubectl gives to the same bytes.
//
// kubectl reads YAML by sigs.k8s.io/yaml, whose words are YAML 1.1's: plain yes, no, on, off, y, n are booleans; 0x1F, 0b101,
// 0o17 and 017 are numbers, 1_000 too; a date stays a string. Keys become strings (`yes: 1` is {"true": 1}, `16: x` is
// {"16": "x"}). `<<` merges at its place: it overrides members before it, and members after it override what it brought.
// Checked against the real program's answers (testdata/yaml). One difference, on purpose: a key written twice in one
// mapping is an error, as a strict API server has it; a later document of the stream may repeat it.
//
// A stream without a document gives no document; an empty document ("---\n---") gives null.
//
// Limits: document_bytes (whole stream, and what its aliases expand to), depth, string_bytes, yaml_aliases. Aliases may
// enlarge a stream by 1 MiB + 16 times its size at most.
// Errors: ErrorKind::input or ErrorKind::limit with `where` and the line ("values.yaml:12"); libyaml's word as cause.
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/limits.h"
#include "base/result.h"

namespace bulkhead::base {

// `where` names the input in errors.
Result<std::vector<JsonDocument>> parse_yaml(std::string_view text, const Limits& limits = {}, std::string_view where = {});

struct YamlText {
  std::string json;   // one document, minified
  uint64_t line = 0;  // where it begins, from 1
};
// The same as JSON text, for callers that pass it on.
Result<std::vector<YamlText>> yaml_to_json(std::string_view text, const Limits& limits = {}, std::string_view where = {});

}  // namespace bulkhead::base
