#include "advisory/internal/csaf_products.h"

#include <algorithm>
#include <array>

#include "advisory/names.h"
#include "base/text.h"
#include "model/purl.h"

namespace bulkhead::advisory {
namespace {

using base::JsonView;

constexpr int kBranchDepth = 20;
constexpr int kRelationDepth = 4;

constexpr std::array kArchitectures = {"x86_64", "aarch64", "ppc64le", "ppc64", "ppc",  "s390x",  "s390",        "i386",   "i586",
                                       "i686",   "noarch",  "src",     "nosrc", "ia64", "armv7l", "loongarch64", "riscv64"};

bool digit(char c) { return c >= '0' && c <= '9'; }

// "vim-9.0-33.oe2203sp3.src.rpm" → vim, 9.0-33.oe2203sp3; false where the text is no name-version-release.
bool take_apart(std::string_view text, std::string& name, std::string& version) {
  if (text.ends_with(".rpm")) {
    text.remove_suffix(4);
  }
  if (const size_t dot = text.rfind('.'); dot != text.npos) {
    const std::string_view tail = text.substr(dot + 1);
    if (std::find(kArchitectures.begin(), kArchitectures.end(), tail) != kArchitectures.end()) {
      text = text.substr(0, dot);
    }
  }
  const size_t release = text.rfind('-');
  const size_t number = release == text.npos || release == 0 ? text.npos : text.rfind('-', release - 1);
  if (number == text.npos || number == 0 || !digit(text[number + 1])) {
    return false;
  }
  name = text.substr(0, number);
  version = text.substr(number + 1);
  return true;
}

// "azl3 ruby 3.3.5-2", "<cbl2 openssh 8.9p1-8".
bool take_azure(std::string_view text, std::string& name, std::string& version) {
  text = text.starts_with('<') ? text.substr(1) : text;
  const auto parts = base::split(text, ' ');
  if (parts.size() != 3 || (parts[0] != "azl3" && parts[0] != "cbl2")) {
    return false;
  }
  name = parts[1];
  version = parts[2];
  return true;
}

}  // namespace

CsafProducts::CsafProducts(JsonView tree) {
  walk(tree.get("branches"), {}, {}, 0);
  for (const JsonView& product : tree.get("full_product_names").items()) {
    add(product, {}, {}, {});
  }
  for (const JsonView& r : tree.get("relationships").items()) {
    const JsonView product = r.get("full_product_name");
    relations_.emplace(product.get("product_id").text(),
                       Relation{r.get("product_reference").text(), r.get("relates_to_product_reference").text()});
    add(product, {}, {}, {});
  }
}

void CsafProducts::walk(JsonView branches, const std::string& vendor, const std::string& name, int depth) {
  if (depth > kBranchDepth) {
    return;  // the depth limit of JSON stops before this
  }
  for (const JsonView& branch : branches.items()) {
    const std::string category = branch.get("category").text(), word = branch.get("name").text();
    const std::string& of = category == "vendor" ? word : vendor;
    const std::string& named = category == "product_name" ? word : name;
    if (const JsonView product = branch.get("product")) {
      add(product, of, named, category == "product_version" ? word : std::string());
    }
    walk(branch.get("branches"), of, named, depth + 1);
  }
}

void CsafProducts::add(JsonView product, const std::string& vendor, const std::string& name, const std::string& version) {
  const JsonView helper = product.get("product_identification_helper");
  leaves_.emplace(product.get("product_id").text(), Leaf{name.empty() ? product.get("name").text() : name, version, vendor,
                                                         helper.get("purl").text(), helper.get("cpe").text()});
}

// The ecosystem of a platform; empty for what is none.
std::string CsafProducts::platform(const std::string& id) const {
  const auto at = leaves_.find(id);
  if (at == leaves_.end()) {
    return {};
  }
  const Leaf& leaf = at->second;
  if (std::string red_hat = red_hat_ecosystem(leaf.cpe); !red_hat.empty()) {
    return red_hat;
  }
  if (leaf.vendor == "SUSE" && leaf.purl.empty()) {
    return leaf.name.starts_with("SUSE ")       ? "SUSE:" + leaf.name.substr(5)
           : leaf.name.starts_with("openSUSE ") ? "openSUSE:" + leaf.name.substr(9)
                                                : std::string();
  }
  if (leaf.version.starts_with("openEuler-")) {
    return "openEuler:" + leaf.version.substr(10);
  }
  return leaf.name == "Azure Linux" && !leaf.version.empty() ? "Azure Linux:" + leaf.version : std::string();
}

CsafProduct CsafProducts::find(const std::string& id, bool versioned) const {
  CsafProduct out;
  const auto relation = relations_.find(id);
  std::string part = relation == relations_.end() ? id : relation->second.part;
  std::string whole = relation == relations_.end() ? std::string() : relation->second.whole;
  // A package of a module of a platform: the inner relation's part is the module.
  for (int depth = 0; depth < kRelationDepth; ++depth) {
    const auto inner = relations_.find(whole);
    if (inner == relations_.end()) {
      break;
    }
    const auto parts = base::split(inner->second.part, ':');
    out.module = parts.size() >= 2 ? std::string(parts[0]) + ":" + std::string(parts[1]) : inner->second.part;
    whole = inner->second.whole;
  }
  const auto at = leaves_.find(part);
  if (at == leaves_.end()) {
    return {};
  }
  const Leaf& leaf = at->second;
  out.ecosystem = whole.empty() ? std::string() : platform(whole);
  if (leaf.purl.starts_with("pkg:rpm/")) {
    if (const auto purl = model::parse_purl(leaf.purl); purl && !out.ecosystem.empty()) {
      const std::string_view epoch = purl->qualifier("epoch");
      out.package = purl->name;
      out.version = purl->version.empty() ? std::string()
                                          : (epoch.empty() || epoch == "0" ? std::string() : std::string(epoch) + ":") + purl->version;
      if (out.module.empty()) {
        out.module = std::string(purl->qualifier("rpmmod")).substr(0, 80);
      }
      return out;
    }
  }
  if (!leaf.purl.empty() && !leaf.purl.starts_with("pkg:rpm")) {
    return {.identifier = leaf.purl};
  }
  if (!out.ecosystem.empty() && leaf.purl.empty()) {
    const std::string& text = out.ecosystem.starts_with("Azure Linux") && !leaf.version.empty() ? leaf.version : part;
    const bool apart = out.ecosystem.starts_with("Azure Linux") ? take_azure(text, out.package, out.version)
                                                                : versioned && take_apart(part, out.package, out.version);
    if (!apart) {
      out.package = part;
    }
    return out;
  }
  return {.identifier = !leaf.purl.empty() ? leaf.purl : leaf.cpe};
}

}  // namespace bulkhead::advisory
