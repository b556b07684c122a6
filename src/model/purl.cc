#include "model/purl.h"

#include <algorithm>

#include "base/text.h"
#include "model/version/internal/part.h"

namespace bulkhead::model {
namespace {

// What the type definitions ask for; types without a row keep everything as it is.
struct TypeRule {
  std::string_view type;
  bool lower_namespace = false;
  bool lower_name = false;
  bool lower_version = false;
  bool needs_namespace = false;
  bool no_namespace = false;
};

constexpr TypeRule kRules[] = {
    {.type = "alpm", .lower_namespace = true, .lower_name = true},
    {.type = "apk", .lower_namespace = true, .lower_name = true},
    {.type = "bitbucket", .lower_namespace = true, .lower_name = true},
    {.type = "bitnami", .lower_name = true},
    {.type = "composer", .lower_namespace = true, .lower_name = true},
    {.type = "cpan", .needs_namespace = true},
    {.type = "deb", .lower_namespace = true, .lower_name = true},
    {.type = "github", .lower_namespace = true, .lower_name = true},
    {.type = "gitlab", .lower_namespace = true, .lower_name = true},
    {.type = "hex", .lower_namespace = true, .lower_name = true},
    {.type = "huggingface", .lower_version = true},
    {.type = "luarocks", .lower_namespace = true, .lower_name = true, .lower_version = true},
    {.type = "mlflow", .no_namespace = true},
    {.type = "npm", .lower_namespace = true, .lower_name = true},
    {.type = "oci", .lower_name = true, .lower_version = true, .no_namespace = true},
    {.type = "pub", .lower_name = true},
    {.type = "pypi", .lower_namespace = true, .lower_name = true},
    {.type = "qpkg", .lower_namespace = true},
    {.type = "rpm", .lower_namespace = true},
    {.type = "swift", .needs_namespace = true},
};

std::unexpected<base::Error> malformed(const char* why, std::string_view where) {
  return base::fail(base::ErrorKind::input, why, std::string(where.substr(0, 200)));
}

bool valid_type(std::string_view type) {
  return !type.empty() && !version_scheme::is_digit(type.front()) &&
         std::ranges::all_of(type, [](char c) { return version_scheme::is_alnum(c) || c == '.' || c == '+' || c == '-'; });
}

bool valid_key(std::string_view key) {
  return !key.empty() && !version_scheme::is_digit(key.front()) &&
         std::ranges::all_of(key, [](char c) { return version_scheme::is_alnum(c) || c == '.' || c == '-' || c == '_'; });
}

void encode(std::string_view text, std::string& out) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : text) {
    if (version_scheme::is_alnum(c) || c == '.' || c == '-' || c == '_' || c == '~' || c == ':') {
      out += c;
    } else {
      out += '%';
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
    }
  }
}

void encode_path(std::string_view path, std::string& out) {
  bool first = true;
  for (const std::string_view segment : base::split(path, '/')) {
    if (!first) {
      out += '/';
    }
    first = false;
    encode(segment, out);
  }
}

// Drops empty segments (and with `dots`, "." and "..") and joins the rest, decoded when `encoded`. A decoded segment may hold no '/'.
base::Result<std::string> clean_path(std::string_view path, bool dots, bool encoded, std::string_view whole) {
  std::string out;
  for (const std::string_view raw : base::split(path, '/')) {
    const std::string segment = encoded ? base::percent_decode(raw) : std::string(raw);
    if (segment.find('/') != std::string::npos) {
      return malformed("purl with a '/' inside a segment", whole);
    }
    if (segment.empty() || (dots && (segment == "." || segment == ".."))) {
      continue;
    }
    out += out.empty() ? "" : "/";
    out += segment;
  }
  return out;
}

base::Status normalise_name(Purl& purl) {
  if (purl.type == "pypi") {
    std::replace(purl.name.begin(), purl.name.end(), '_', '-');
  } else if (purl.type == "hackage") {
    std::replace(purl.name.begin(), purl.name.end(), '_', '-');
  } else if (purl.type == "pub") {
    std::ranges::replace_if(purl.name, [](char c) { return !version_scheme::is_alnum(c); }, '_');
  } else if (purl.type == "cpan") {
    std::ranges::transform(purl.name_space, purl.name_space.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    if (purl.name.find("::") != std::string::npos) {
      return malformed("cpan purls name a distribution (with '-'), not a module (with '::')", purl.name);
    }
  } else if (purl.type == "mlflow" && purl.qualifier("repository_url").find("databricks") != std::string_view::npos) {
    purl.name = base::lower_ascii(purl.name);  // Databricks ignores case, Azure ML does not
  }
  return {};
}

base::Result<Purl> finish(Purl purl) {
  if (!valid_type(purl.type)) {
    return malformed("purl without a valid type", purl.type);
  }
  purl.type = base::lower_ascii(purl.type);
  if (purl.name.empty()) {
    return malformed("purl without a name", purl.type);
  }
  for (auto& [key, value] : purl.qualifiers) {
    if (!valid_key(key)) {
      return malformed("purl with an invalid qualifier key", key);
    }
    key = base::lower_ascii(key);
  }
  std::erase_if(purl.qualifiers, [](const auto& pair) { return pair.second.empty(); });
  std::sort(purl.qualifiers.begin(), purl.qualifiers.end());
  for (size_t i = 1; i < purl.qualifiers.size(); ++i) {
    if (purl.qualifiers[i - 1].first == purl.qualifiers[i].first) {
      return malformed("purl with a qualifier key twice", purl.qualifiers[i].first);
    }
  }
  for (const TypeRule& rule : kRules) {
    if (rule.type != purl.type) {
      continue;
    }
    if (rule.needs_namespace && purl.name_space.empty()) {
      return malformed("purl of this type without a namespace", purl.type + "/" + purl.name);
    }
    if (rule.no_namespace && !purl.name_space.empty()) {
      return malformed("purl of this type with a namespace", purl.type + "/" + purl.name_space);
    }
    purl.name_space = rule.lower_namespace ? base::lower_ascii(purl.name_space) : purl.name_space;
    purl.name = rule.lower_name ? base::lower_ascii(purl.name) : purl.name;
    purl.version = rule.lower_version ? base::lower_ascii(purl.version) : purl.version;
  }
  BULKHEAD_CHECK(normalise_name(purl));
  return purl;
}

// Where the version's '@' stands. An '@' that begins a segment with more segments behind it is an npm scope without its %40.
size_t version_separator(std::string_view path) {
  const size_t at = path.rfind('@');
  if (at == std::string_view::npos) {
    return at;
  }
  const bool begins_segment = at == 0 || path[at - 1] == '/';
  return begins_segment && path.find('/', at) != std::string_view::npos ? std::string_view::npos : at;
}

std::string_view strip_slashes(std::string_view text) {
  while (text.starts_with('/')) {
    text.remove_prefix(1);
  }
  while (text.ends_with('/')) {
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace

std::string_view Purl::qualifier(std::string_view key) const {
  for (const auto& [known, value] : qualifiers) {
    if (known == key) {
      return value;
    }
  }
  return {};
}

std::string Purl::full_name() const { return name_space.empty() ? name : name_space + (type == "maven" ? ":" : "/") + name; }

base::Result<Purl> parse_purl(std::string_view whole) {
  if (whole.size() > kMaxPurlBytes) {
    return base::fail(base::ErrorKind::limit, "purl longer than " + std::to_string(kMaxPurlBytes) + " bytes");
  }
  Purl purl;
  std::string_view rest = whole;
  if (const size_t hash = rest.rfind('#'); hash != std::string_view::npos) {
    BULKHEAD_TRY(purl.subpath, clean_path(rest.substr(hash + 1), true, true, whole));
    rest = rest.substr(0, hash);
  }
  if (const size_t question = rest.rfind('?'); question != std::string_view::npos) {
    for (const std::string_view pair : base::split(rest.substr(question + 1), '&')) {
      if (pair.empty()) {
        continue;
      }
      const auto [key, value] = base::split_once(pair, '=');
      if (!value) {
        return malformed("purl with a qualifier without '='", whole);
      }
      purl.qualifiers.emplace_back(key, base::percent_decode(*value));
    }
    rest = rest.substr(0, question);
  }
  const auto [scheme, remainder] = base::split_once(rest, ':');
  if (!remainder || !base::iequals_ascii(scheme, "pkg")) {
    return malformed("purl does not begin with pkg:", whole);
  }
  const auto [type, path] = base::split_once(strip_slashes(*remainder), '/');
  if (!path) {
    return malformed("purl without a type or a name", whole);
  }
  purl.type = type;
  rest = *path;
  if (const size_t at = version_separator(rest); at != std::string_view::npos) {
    purl.version = base::percent_decode(rest.substr(at + 1));
    rest = rest.substr(0, at);
  }
  const size_t slash = rest.rfind('/');
  if (slash != std::string_view::npos) {
    BULKHEAD_TRY(purl.name_space, clean_path(rest.substr(0, slash), false, true, whole));
    rest = rest.substr(slash + 1);
  }
  purl.name = base::percent_decode(rest);
  return finish(std::move(purl));
}

base::Result<Purl> make_purl(Purl parts) {
  BULKHEAD_TRY(parts.name_space, clean_path(parts.name_space, false, false, parts.name_space));
  BULKHEAD_TRY(parts.subpath, clean_path(parts.subpath, true, false, parts.subpath));
  if (!parts.name_space.empty()) {
    parts.name = strip_slashes(parts.name);
  }
  return finish(std::move(parts));
}

base::Result<Purl> purl_from_json(base::JsonView view) {
  if (view.kind() != base::JsonKind::object) {
    return malformed("purl parts must be a JSON object", "");
  }
  Purl parts;
  for (const auto& [key, target] : {std::pair{"type", &parts.type},
                                    {"namespace", &parts.name_space},
                                    {"name", &parts.name},
                                    {"version", &parts.version},
                                    {"subpath", &parts.subpath}}) {
    const base::JsonView value = view.get(key);
    if (value.kind() == base::JsonKind::string) {
      *target = value.text();
    } else if (value.kind() != base::JsonKind::missing && value.kind() != base::JsonKind::null) {
      return malformed("purl part that is no string", key);
    }
  }
  bool strings = true;
  view.get("qualifiers").each([&](std::string_view key, base::JsonView value) {
    strings = strings && (value.kind() == base::JsonKind::string || value.kind() == base::JsonKind::null);
    parts.qualifiers.emplace_back(key, value.text());
  });
  if (!strings) {
    return malformed("purl qualifier that is no string", "qualifiers");
  }
  return make_purl(std::move(parts));
}

std::string to_text(const Purl& purl) {
  std::string out = "pkg:" + purl.type + "/";
  if (!purl.name_space.empty()) {
    encode_path(purl.name_space, out);
    out += '/';
  }
  encode(purl.name, out);
  if (!purl.version.empty()) {
    out += '@';
    encode(purl.version, out);
  }
  char separator = '?';
  for (const auto& [key, value] : purl.qualifiers) {
    out += separator;
    separator = '&';
    out += key;
    out += '=';
    encode(value, out);
  }
  if (!purl.subpath.empty()) {
    out += '#';
    encode_path(purl.subpath, out);
  }
  return out;
}

}  // namespace bulkhead::model
