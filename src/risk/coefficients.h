// The coefficients of the risk model: data/coefficients.yaml, put into the program, with the user's own over them.
//
// File: a mapping of key to {value, range: [low, high], reason, source}; in a user's file a bare number is enough, and a
// field that is not given keeps what it was (the range is widened where a value falls out of it). Unknown keys and values outside their
// field's bounds are errors that name the key: chances (exploit.*, works.* … except exponents and days) lie in (0, 1). Errors:
// ErrorKind::input with file and key. Threads: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/limits.h"
#include "base/result.h"

namespace bulkhead::risk {

struct Coefficient {
  std::string key;
  double value = 0;
  double low = 0, high = 0;
  std::string reason, source;
  bool own = false;  // from the user's file
};

class Coefficients {
 public:
  // The program's own.
  static base::Result<Coefficients> load();
  // The same with a user's file over it.
  static base::Result<Coefficients> load(std::string_view own_text, const base::Limits& limits, std::string_view where);

  const std::vector<Coefficient>& all() const { return all_; }  // in the order of the file
  const Coefficient* find(std::string_view key) const;

  // Value of a key; where there is no such key, of "<first word>.other"; an error where there is none either.
  base::Result<double> value(std::string_view key) const;
  // True when `key` has no row of its own and value() would take the one for "other".
  bool falls_back(std::string_view key) const;

  // Draw `number` of the coefficients: each at random within its range, half of the draws on either side of its value,
  // independent of each other. The same (seed, number) gives the same draw.
  Coefficients drawn(uint64_t seed, int number) const;

 private:
  base::Status merge(std::string_view text, const base::Limits& limits, std::string_view where, bool own);
  base::Status merge_one(std::string_view key, base::JsonView value, std::string_view where, bool own);
  Coefficient* find_mutable(std::string_view key);
  std::vector<Coefficient> all_;
  std::vector<size_t> by_key_;  // indices into all_, sorted by key
};

// A table for people: key, value, range, reason, source; JSON with `json`.
std::string print_model(const Coefficients& coefficients, bool json);

}  // namespace bulkhead::risk
