#include "catalog/catalog.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "catalog/internal/elf.h"

namespace bulkhead::catalog {
namespace {

constexpr size_t kMaxNotes = 2000;
constexpr size_t kMaxChangeSigns = 200;
constexpr uint32_t kProgram = 1U << 31;  // in Catalog::wanted_: starts as an ELF program
constexpr const char* kOsReleasePaths[] = {"etc/os-release", "usr/lib/os-release"};
constexpr uint64_t kMaxOsRelease = 64 << 10;

bool is_os_release(std::string_view path) {
  return path.ends_with("os-release") && (path == kOsReleasePaths[0] || path.starts_with("usr/"));
}

// In a folder that commands are started from: a script there is a program too.
bool is_command(std::string_view path) {
  const size_t slash = path.rfind('/');
  const std::string_view folder = path.substr(0, slash == std::string_view::npos ? 0 : slash);
  return folder.ends_with("bin");
}

void merge(model::Component& into, const model::Component& from) {
  into.paths.insert(into.paths.end(), from.paths.begin(), from.paths.end());
  into.grade = std::max(into.grade, from.grade);
}

}  // namespace

Distro parse_os_release(std::string_view text) {
  std::map<std::string, std::string, std::less<>> fields;
  for (const std::string_view line : base::split(text, '\n')) {
    const auto [key, value] = base::split_once(base::trim(line), '=');
    if (value && !key.starts_with('#')) {
      std::string_view v = *value;
      if (v.size() >= 2 && (v.front() == '"' || v.front() == '\'') && v.back() == v.front()) {
        v = v.substr(1, v.size() - 2);
      }
      fields.emplace(key, v);
    }
  }
  Distro distro{fields["ID"], fields["VERSION_ID"], fields["PRETTY_NAME"]};
  if (distro.version.empty()) {
    // Debian testing and unstable state no VERSION_ID; both call themselves by the code name of testing.
    distro.version = fields["VERSION_CODENAME"];
    if (distro.version.empty() && distro.name.ends_with("/sid")) {
      distro.version = distro.name.substr(distro.name.rfind(' ') + 1, distro.name.size() - 4 - distro.name.rfind(' ') - 1);
    }
  }
  return distro;
}

base::ContentReader::Wish Catalog::wish(const base::FileOffer& offer, std::string_view head) {
  const auto& rows = catalogers();
  uint32_t bits = 0;
  Wish wish;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Cataloger& row = *rows[i];
    if (row.wants(offer.path, offer.size, head)) {
      bits |= 1U << i;
    }
    if (row.announces != nullptr && row.announces(offer.path)) {
      announced_ |= 1U << i;
    }
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool silent = rows[i]->announces != nullptr && announced_ != 0 && (announced_ >> i & 1) == 0;
    if (rows[i]->wants_digests != nullptr && !silent) {
      wish.digests |= rows[i]->wants_digests(offer.path);
    }
  }
  if (is_os_release(offer.path) && offer.size <= kMaxOsRelease) {
    bits |= 1U << rows.size();
  }
  if (bits != 0) {
    wish.whole = true;
    if (is_program(head)) {
      bits |= kProgram;
    }
    wanted_[offer.content] = bits;
  }
  return wish;
}

void Catalog::take(const base::FileOffer& offer, std::string_view bytes) {
  const auto& rows = catalogers();
  kept_bytes_.resize(rows.size());
  const uint32_t bits = wanted_[offer.content];
  for (size_t i = 0; i < rows.size(); ++i) {
    if ((bits >> i & 1) == 0) {
      continue;
    }
    if (rows[i]->read == nullptr) {
      kept_bytes_[i] += bytes.size();
      if (kept_bytes_[i] > limits_.document_bytes) {
        missed_[offer.content] = "over the budget of " + base::human_bytes(limits_.document_bytes) + " for the files of " + rows[i]->name;
      } else {
        kept_.try_emplace(offer.content, bytes);
      }
      continue;
    }
    Sink sink;
    const base::Status status = rows[i]->read({offer.path, bytes, limits_}, sink);
    if (!status) {
      sink.unread(model::CoverageNote::State::error, "", status.error().text());
    }
    found_ += sink.components.size();
    if (found_ > limits_.components) {
      missed_[offer.content] = "over the limit of " + base::with_thousands(limits_.components) + " components";
    } else if (!sink.components.empty() || !sink.notes.empty()) {
      results_[offer.content].push_back({i, std::move(sink.components), std::move(sink.notes)});
    }
  }
  if ((bits >> rows.size() & 1) != 0) {
    kept_.try_emplace(offer.content, bytes);
  }
}

void Catalog::missed(const base::FileOffer& offer, const base::Error& why) { missed_[offer.content] = why.text(); }

bool Catalog::regrets(const base::FileOffer& offer) {
  const auto& rows = catalogers();
  const auto known = wanted_.find(offer.content);
  const uint32_t have = known == wanted_.end() ? 0 : known->second;
  for (size_t i = 0; i < rows.size(); ++i) {
    if ((have >> i & 1) == 0 && rows[i]->wants(offer.path, offer.size, {})) {
      return true;
    }
  }
  return false;
}

void Catalog::add_note(model::Inventory& inventory, model::CoverageNote note) {
  if (note.state != model::CoverageNote::State::read) {
    inventory.complete = false;
  }
  if (++notes_ <= kMaxNotes) {
    inventory.coverage.push_back(std::move(note));
  } else if (notes_ == kMaxNotes + 1) {
    inventory.coverage.push_back(
        {model::CoverageNote::State::error, "more notes", "over " + std::to_string(kMaxNotes) + "; the rest is not listed"});
  }
}

KeptFiles Catalog::kept_for(size_t row, const base::FileTree& tree) const {
  KeptFiles files;
  tree.each_file([&](const std::string& path, const base::FileNode& node) {
    const auto bits = wanted_.find(node.content);
    if (bits == wanted_.end() || (bits->second >> row & 1) == 0) {
      return;
    }
    if (const auto bytes = kept_.find(node.content); bytes != kept_.end()) {
      files.by_path.emplace(path, bytes->second);
      files.by_content.emplace(node.content, bytes->second);
    }
  });
  return files;
}

void Catalog::finish(const base::FileTree& tree, model::Inventory& inventory) {
  const auto& rows = catalogers();
  Distro distro;
  const KeptFiles release_files = kept_for(rows.size(), tree);
  for (const char* path : kOsReleasePaths) {
    if (const std::string_view* text = release_files.find(tree, path)) {
      distro = parse_os_release(*text);
      break;
    }
  }
  inventory.distro_id = distro.id;
  inventory.distro_version = distro.version;
  inventory.distro_name = distro.name;

  // Rows that see several files together come first: they say which files a package owns unchanged.
  std::map<std::string, model::Component> found;  // by purl and row
  std::unordered_set<const base::FileNode*> owned;
  std::unordered_map<const base::FileNode*, Sink::Changed> changed;
  const auto add = [&](size_t row, model::Component component) {
    component.cataloger = rows[row]->name;
    if (component.purl.empty()) {
      add_note(inventory, {model::CoverageNote::State::error, component.paths.empty() ? rows[row]->name : component.paths.front(),
                           "names a component that no package URL can name: " + component.name + " " + component.version});
      return;
    }
    const std::string key = component.purl + '\n' + rows[row]->name;
    const auto [at, fresh] = found.try_emplace(key, component);
    if (!fresh) {
      merge(at->second, component);
    }
  };
  std::vector<std::pair<size_t, model::Component>> given;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i]->finish == nullptr) {
      continue;
    }
    Sink sink;
    if (const base::Status status = rows[i]->finish(kept_for(i, tree), tree, distro, limits_, sink); !status) {
      sink.unread(model::CoverageNote::State::error, rows[i]->name, status.error().text());
    }
    for (model::Component& component : sink.components) {
      given.emplace_back(i, std::move(component));
    }
    for (model::CoverageNote& note : sink.notes) {
      add_note(inventory, std::move(note));
    }
    inventory.tampering.insert(inventory.tampering.end(), std::make_move_iterator(sink.signs.begin()),
                               std::make_move_iterator(sink.signs.end()));
    owned.insert(sink.owned_files.begin(), sink.owned_files.end());
    for (Sink::Changed& file : sink.changed_files) {
      changed.emplace(file.file, std::move(file));
    }
  }
  size_t change_signs = 0;
  // A file that two packages list counts as changed only where it fits neither record.
  const auto sign_change = [&](const base::FileNode* node, const char* what) {
    const auto at = changed.find(node);
    if (at != changed.end() && !owned.contains(node) && ++change_signs <= kMaxChangeSigns) {
      inventory.tampering.push_back(
          {"package_file_changed", at->second.path,
           std::string(what) + ", and differs from what package " + at->second.owner + " installed there: judged by itself"});
      changed.erase(at);
    }
  };

  std::map<std::string, size_t> left_out;
  for (auto& [row, component] : given) {
    std::vector<std::string> own;
    for (std::string& path : component.paths) {
      const base::FileNode* node = tree.find(path);
      sign_change(node, "names a package");
      if (!owned.contains(node)) {
        own.push_back(std::move(path));
      }
    }
    if (own.empty() && !component.paths.empty()) {
      ++left_out[rows[row]->name];
    } else {
      component.paths = std::move(own);
      add(row, std::move(component));
    }
  }
  tree.each_file([&](const std::string& path, const base::FileNode& node) {
    if (const auto why = missed_.find(node.content); why != missed_.end()) {
      add_note(inventory, {model::CoverageNote::State::error, path, why->second});
    }
    const auto results = results_.find(node.content);
    if (results == results_.end()) {
      const auto bits = changed.empty() ? wanted_.end() : wanted_.find(node.content);
      if (!changed.empty() && (is_command(path) || (bits != wanted_.end() && (bits->second & kProgram) != 0))) {
        sign_change(&node, "is a program");
      }
      return;
    }
    const bool is_owned = owned.contains(&node);
    sign_change(&node, "names a package");
    for (const FileResult& result : results->second) {
      if (is_owned) {
        left_out[rows[result.row]->name] += result.components.size();
        continue;
      }
      for (model::Component component : result.components) {
        if (component.paths.empty()) {
          component.paths.push_back(path);
        } else {
          for (std::string& inner : component.paths) {
            inner = path + inner;
          }
        }
        if (node.layer < tree.layers().size()) {
          component.layer = tree.layers()[node.layer].id;
          component.layer_command = tree.layers()[node.layer].how;
        }
        add(result.row, std::move(component));
      }
      for (model::CoverageNote note : result.notes) {
        note.what = path + note.what;
        add_note(inventory, std::move(note));
      }
    }
  });
  for (const auto& [row, count] : left_out) {
    add_note(inventory, {model::CoverageNote::State::read, row,
                         base::with_thousands(count) + " in files that a distribution package owns unchanged: judged by that package"});
  }

  std::ranges::stable_sort(inventory.tampering, [](const model::TamperSign& a, const model::TamperSign& b) {
    return std::tie(a.check, a.path, a.detail) < std::tie(b.check, b.path, b.detail);
  });
  for (auto& [key, component] : found) {
    std::ranges::sort(component.paths);
    component.paths.erase(std::unique(component.paths.begin(), component.paths.end()), component.paths.end());
    inventory.components.push_back(std::move(component));
  }
  std::ranges::stable_sort(inventory.components, [](const model::Component& a, const model::Component& b) {
    return std::tie(a.purl, a.paths, a.cataloger) < std::tie(b.purl, b.paths, b.cataloger);
  });
}

}  // namespace bulkhead::catalog
