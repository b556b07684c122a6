#include "match/internal/match_data.h"

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/embedded.h"
#include "base/text.h"

namespace bulkhead::match {

std::span<const base::EmbeddedFile> embedded_files();

namespace {

// The columns of every line that is no comment.
std::vector<std::vector<std::string_view>> rows_of(std::string_view name) {
  std::vector<std::vector<std::string_view>> out;
  for (const base::EmbeddedFile& file : embedded_files()) {
    if (file.name != name) {
      continue;
    }
    for (const std::string_view line : base::split(file.content, '\n')) {
      if (!line.empty() && !line.starts_with('#')) {
        out.push_back(base::split(line, '\t'));
      }
    }
  }
  return out;
}

std::set<std::string_view> first_column(std::string_view name) {
  std::set<std::string_view> out;
  for (const auto& row : rows_of(name)) {
    out.insert(row.front());
  }
  return out;
}

}  // namespace

bool is_program_module(std::string_view module) {
  static const auto kModules = first_column("match/program_modules.tsv");
  return kModules.contains(module);
}

bool is_kubernetes_staging(std::string_view module) {
  static const auto kModules = first_column("match/kubernetes_staging.tsv");
  return kModules.contains(module);
}

std::optional<GenericProgram> generic_program(std::string_view name) {
  static const auto kPrograms = rows_of("match/generic_programs.tsv");
  const auto at = std::ranges::find_if(kPrograms, [&](const auto& row) { return row.size() >= 4 && row[0] == name; });
  return at == kPrograms.end() ? std::nullopt : std::optional(GenericProgram{(*at)[1], (*at)[2], (*at)[3]});
}

bool is_kernel_source(std::string_view type, std::string_view source) {
  static const auto kSources = rows_of("match/kernel_sources.tsv");
  return std::ranges::any_of(kSources, [&](const auto& row) {
    if (row.size() < 2 || row[0] != type) {
      return false;
    }
    std::string_view pattern = row[1];
    if (!pattern.ends_with('*')) {
      return pattern == source;
    }
    pattern.remove_suffix(1);
    return source.starts_with(pattern);
  });
}

}  // namespace bulkhead::match
