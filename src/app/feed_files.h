// Which feeds a path on the command line stands for.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace bulkhead::app {

// A file is a feed. A folder without archives is one feed of many documents (a clone of an advisory repository, the pages of a life-cycle
// feed). A folder with archives or compressed files anywhere below it is a collection, as a mirror keeps it: each of its files is a feed,
// and so is each of its folders, by the same rule. Sorted; hidden files and links are not looked at. Only names are read here, no content.
// Errors: not_found, io; limit beyond 16 folders in one another or 1,000,000 files.
base::Result<std::vector<std::string>> feed_files(const std::string& path);

// What the paths are called in the database, one for each: the last part of the path ("Go.zip"), with as many folders before it as tell two
// paths of one import apart ("redhat/oval.tar.zst", "azurelinux/oval.tar.zst").
std::vector<std::string> feed_names(const std::vector<std::string>& paths);

}  // namespace bulkhead::app
