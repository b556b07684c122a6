#include "risk/coefficients.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/embedded.h"
#include "base/text.h"
#include "base/yaml.h"
#include "risk/random.h"

namespace bulkhead::risk {

std::span<const base::EmbeddedFile> embedded_files();

namespace {

struct Bounds {
  double low, high;
  const char* words;
};

// What a value may be, by its key.
Bounds bounds(std::string_view key) {
  const auto starts = [&](std::string_view prefix) { return key.starts_with(prefix); };
  if (key == "horizon" || key == "residual.per_days") return {1, 3650, "days from 1 to 3,650"};
  if (starts("lead.") || key == "exploit.prior.young_days" || key == "exploit.prior.old_days") return {0, 3650, "days from 0 to 3,650"};
  if (starts("blend.")) return {0, 1000, "a weight from 0 to 1,000"};
  if (starts("effort.") && key != "effort.scale") return {1e-3, 1e6, "a number from 0.001 to 1,000,000"};
  if (starts("value.")) return {0, 1e9, "a number from 0 to 1,000,000,000"};
  if (key == "exploit.epss" || key == "attempt.swept" || key == "attempt.other") return {0, 100, "an exponent from 0 to 100"};
  if (key == "exploit.prior.young" || key == "exploit.prior.grown" || key == "exploit.prior.old" || key == "exploit.prior.undated" ||
      key == "effort.scale") {
    return {0, 10, "a factor from 0 to 10"};
  }
  return {0, 1, "a chance from 0 to 1"};
}

}  // namespace

base::Result<Coefficients> Coefficients::load() { return load({}, {}, {}); }

base::Result<Coefficients> Coefficients::load(std::string_view own_text, const base::Limits& limits, std::string_view where) {
  Coefficients coefficients;
  const std::span<const base::EmbeddedFile> files = embedded_files();
  const auto own =
      std::ranges::find(files, "coefficients.yaml", [](const base::EmbeddedFile& file) { return std::string_view(file.name); });
  if (own == files.end()) return base::fail(base::ErrorKind::internal, "coefficients.yaml is not in this program");
  BULKHEAD_CHECK(coefficients.merge(own->content, {}, "data/coefficients.yaml", false));
  if (!own_text.empty()) BULKHEAD_CHECK(coefficients.merge(own_text, limits, where, true));
  return coefficients;
}

base::Status Coefficients::merge(std::string_view text, const base::Limits& limits, std::string_view where, bool own) {
  BULKHEAD_TRY(const std::vector<base::JsonDocument> documents, base::parse_yaml(text, limits, where));
  if (documents.size() != 1 || documents[0].root().kind() != base::JsonKind::object) {
    return base::fail(base::ErrorKind::input, "coefficients must be one mapping of key to number", std::string(where));
  }
  base::Status status;
  documents[0].root().each([&](std::string_view key, base::JsonView value) {
    if (status) status = merge_one(key, value, where, own);
  });
  BULKHEAD_CHECK(std::move(status));
  by_key_.resize(all_.size());
  for (size_t i = 0; i < all_.size(); ++i) by_key_[i] = i;
  std::sort(by_key_.begin(), by_key_.end(), [&](size_t a, size_t b) { return all_[a].key < all_[b].key; });
  return {};
}

base::Status Coefficients::merge_one(std::string_view key, base::JsonView value, std::string_view where, bool own) {
  const auto wrong = [&](std::string what) {
    return base::fail(base::ErrorKind::input, "coefficient '" + std::string(key) + "': " + std::move(what), std::string(where));
  };
  Coefficient* coefficient = own ? find_mutable(key) : &all_.emplace_back();
  if (coefficient == nullptr) return wrong("no such key (bulkhead risk --model lists them)");
  coefficient->key = key;
  coefficient->own = own;
  const bool bare = value.kind() == base::JsonKind::number;
  if (!bare && value.kind() != base::JsonKind::object) return wrong("must be a number or a mapping with value, range, reason, source");
  const Bounds allowed = bounds(key);
  const std::optional<double> number = bare ? value.number() : value.get("value").number();
  if (number) {
    coefficient->value = *number;
  } else if (!own || value.get("value")) {
    return wrong("value must be a number");
  }
  if (const base::JsonView range = value.get("range"); range) {
    const std::vector<base::JsonView> ends = range.items();
    if (ends.size() != 2 || !ends[0].number() || !ends[1].number()) return wrong("range must be two numbers");
    coefficient->low = *ends[0].number();
    coefficient->high = *ends[1].number();
    if (coefficient->low > coefficient->value || coefficient->value > coefficient->high) return wrong("range must hold the value");
  } else {
    if (!own) return wrong("has no range");
    coefficient->low = std::min(coefficient->low, coefficient->value);
    coefficient->high = std::max(coefficient->high, coefficient->value);
  }
  // Written so that NaN fails too.
  if (!(coefficient->low >= allowed.low && coefficient->high <= allowed.high)) return wrong(std::string("must be ") + allowed.words);
  if (const auto reason = value.get("reason").string()) coefficient->reason = *reason;
  if (const auto source = value.get("source").string()) coefficient->source = *source;
  if (own && bare) coefficient->source = std::string(where);
  if (coefficient->reason.empty() || coefficient->source.empty()) return wrong("has no reason or no source");
  base::Status status;
  if (!bare) {
    value.each([&](std::string_view field, base::JsonView) {
      if (field != "value" && field != "range" && field != "reason" && field != "source" && status) {
        status = wrong("unknown field '" + std::string(field) + "'");
      }
    });
  }
  return status;
}

const Coefficient* Coefficients::find(std::string_view key) const {
  const auto at = std::lower_bound(by_key_.begin(), by_key_.end(), key, [&](size_t i, std::string_view k) { return all_[i].key < k; });
  return at != by_key_.end() && all_[*at].key == key ? &all_[*at] : nullptr;
}

Coefficient* Coefficients::find_mutable(std::string_view key) { return const_cast<Coefficient*>(find(key)); }

bool Coefficients::falls_back(std::string_view key) const { return find(key) == nullptr; }

base::Result<double> Coefficients::value(std::string_view key) const {
  const Coefficient* found = find(key);
  if (found == nullptr) found = find(std::string(key.substr(0, key.find('.'))) + ".other");
  if (found == nullptr) return base::fail(base::ErrorKind::internal, "no coefficient for '" + std::string(key) + "'");
  return found->value;
}

Coefficients Coefficients::drawn(uint64_t seed, int number) const {
  Coefficients copy = *this;
  for (Coefficient& coefficient : copy.all_) {
    const uint64_t bits = philox2x64({static_cast<uint64_t>(number), 0}, draw_key("coefficient:" + coefficient.key, seed))[0];
    const double u = static_cast<double>(bits >> 11) * 0x1p-53;
    coefficient.value = u < 0.5 ? coefficient.low + (coefficient.value - coefficient.low) * 2 * u
                                : coefficient.value + (coefficient.high - coefficient.value) * (2 * u - 1);
  }
  return copy;
}

std::string print_model(const Coefficients& coefficients, bool json) {
  if (json) {
    base::JsonWriter writer(true);
    writer.begin_object().member("schema", "bulkhead.coefficients/1").key("coefficients").begin_object();
    for (const Coefficient& c : coefficients.all()) {
      writer.key(c.key).begin_object().member("value", c.value).key("range").begin_array().value(c.low).value(c.high).end_array();
      writer.member("reason", c.reason).member("source", c.source).member("own", c.own).end_object();
    }
    writer.end_object().end_object();
    return writer.take() + "\n";
  }
  std::string out = fmt::format("{:<30} {:>8}  {:<16} {}\n", "COEFFICIENT", "VALUE", "RANGE", "REASON (SOURCE)");
  for (const Coefficient& c : coefficients.all()) {
    out += fmt::format("{:<30} {:>8}{} {:<16} {} ({})\n", c.key, fmt::format("{}", c.value), c.own ? '*' : ' ',
                       fmt::format("{} to {}", c.low, c.high), base::escape_terminal(c.reason), base::escape_terminal(c.source));
  }
  if (std::any_of(coefficients.all().begin(), coefficients.all().end(), [](const Coefficient& c) { return c.own; })) {
    out += "* from your own file\n";
  }
  return out;
}

}  // namespace bulkhead::risk
