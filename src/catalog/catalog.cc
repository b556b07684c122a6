#include "catalog/catalog.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace bulkhead::catalog {
namespace {

constexpr size_t kMaxNotes = 2000;
constexpr const char* kOsReleasePaths[] = {"etc/os-release", "usr/lib/os-release"};
constexpr uint64_t kMaxOsRelease = 64 << 10;

bool is_os_release(std::string_view path) {
  return path.ends_with("os-release") && (path == kOsReleasePaths[0] || path.starts_with("usr/"));
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
    if (rows[i]->wants(offer.path, offer.size, head)) {
      bits |= 1U << i;
    }
    wish.checksum = wish.checksum || (rows[i]->wants_checksum != nullptr && rows[i]->wants_checksum(offer.path));
  }
  if (is_os_release(offer.path) && offer.size <= kMaxOsRelease) {
    bits |= 1U << rows.size();
  }
  if (bits != 0) {
    wanted_[offer.content] = bits;
    wish.whole = true;
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
  std::set<std::string, std::less<>> owned;
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
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i]->finish == nullptr) {
      continue;
    }
    Sink sink;
    if (const base::Status status = rows[i]->finish(kept_for(i, tree), tree, distro, limits_, sink); !status) {
      sink.unread(model::CoverageNote::State::error, rows[i]->name, status.error().text());
    }
    for (model::Component& component : sink.components) {
      add(i, std::move(component));
    }
    for (model::CoverageNote& note : sink.notes) {
      add_note(inventory, std::move(note));
    }
    owned.insert(std::make_move_iterator(sink.owned_paths.begin()), std::make_move_iterator(sink.owned_paths.end()));
  }

  std::map<std::string, size_t> left_out;
  tree.each_file([&](const std::string& path, const base::FileNode& node) {
    if (const auto why = missed_.find(node.content); why != missed_.end()) {
      add_note(inventory, {model::CoverageNote::State::error, path, why->second});
    }
    const auto results = results_.find(node.content);
    if (results == results_.end()) {
      return;
    }
    const bool is_owned = owned.contains(path);
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
