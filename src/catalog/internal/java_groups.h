// The Maven group of a jar that carries no pom.properties.
//
// Best first: data/catalog/java_groups.tsv, by the artifact's name and the folders that hold its classes; a Bundle-SymbolicName
// "GROUP.ARTIFACT"; the manifest's Implementation-Vendor-Id. A name in data/catalog/umbrella_groups.tsv is a house of many projects
// and no group. Automatic-Module-Name and Implementation-Title state no group and are not asked. Nothing is guessed: where none of
// these speaks, the group is empty.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace bulkhead::catalog {

// Which of the table's folders hold classes of an archive, directly or further below: "org/yaml/snakeyaml". Never more than the table
// names.
using ClassFolders = std::set<std::string_view>;

// Adds the folders of one entry of the archive, if it is a class.
void add_class_folders(std::string_view entry, ClassFolders& folders);

// `symbolic`: Bundle-SymbolicName without its parameters; `vendor`: Implementation-Vendor-Id. Either may be empty.
std::string java_group(std::string_view artifact, const ClassFolders& folders, std::string_view symbolic, std::string_view vendor);

}  // namespace bulkhead::catalog
