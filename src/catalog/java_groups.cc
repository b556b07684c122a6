#include "catalog/internal/java_groups.h"

#include <algorithm>
#include <span>
#include <vector>

#include "base/embedded.h"
#include "base/text.h"

namespace bulkhead::catalog {

std::span<const base::EmbeddedFile> embedded_files();

namespace {

// Lines of a table's columns, without comments.
std::vector<std::vector<std::string_view>> rows_of(std::string_view name) {
  std::vector<std::vector<std::string_view>> rows;
  for (const base::EmbeddedFile& file : embedded_files()) {
    if (file.name != name) {
      continue;
    }
    for (const std::string_view line : base::split(file.content, '\n')) {
      if (!line.empty() && !line.starts_with('#')) {
        rows.push_back(base::split(line, '\t'));
      }
    }
  }
  return rows;
}

const std::vector<std::vector<std::string_view>>& table() {
  static const auto rows = rows_of("catalog/java_groups.tsv");
  return rows;
}

bool names(std::string_view pattern, std::string_view artifact) {
  return pattern.ends_with('*') ? artifact.starts_with(pattern.substr(0, pattern.size() - 1)) : artifact == pattern;
}

bool is_group(std::string_view text) {
  static const auto umbrellas = rows_of("catalog/umbrella_groups.tsv");
  return text.find('.') != std::string_view::npos && text.size() <= 256 && text.find_first_of(" \t/\\:@${}") == std::string_view::npos &&
         base::valid_utf8(text) && std::ranges::none_of(umbrellas, [&](const auto& row) { return row.at(0) == text; });
}

}  // namespace

void add_class_folders(std::string_view entry, ClassFolders& folders) {
  static const ClassFolders known = [] {
    ClassFolders all;
    for (const auto& row : table()) {
      all.insert(row.at(1));
    }
    return all;
  }();
  if (!entry.ends_with(".class")) {
    return;
  }
  for (size_t at = entry.find('/'); at != std::string_view::npos; at = entry.find('/', at + 1)) {
    if (const auto found = known.find(entry.substr(0, at)); found != known.end()) {
      folders.insert(*found);
    }
  }
}

std::string java_group(std::string_view artifact, const ClassFolders& folders, std::string_view symbolic, std::string_view vendor) {
  for (const auto& row : table()) {
    if (names(row.at(0), artifact) && folders.contains(row.at(1))) {
      return std::string(row.at(2));
    }
  }
  if (symbolic.size() > artifact.size() + 1 && symbolic.ends_with(artifact) && symbolic[symbolic.size() - artifact.size() - 1] == '.') {
    const std::string_view group = symbolic.substr(0, symbolic.size() - artifact.size() - 1);
    if (is_group(group)) {
      return std::string(group);
    }
  }
  return is_group(vendor) ? std::string(vendor) : std::string();
}

}  // namespace bulkhead::catalog
