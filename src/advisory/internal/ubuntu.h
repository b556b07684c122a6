// What Ubuntu's own sources share: release names and the words of a package's status.
//
// Sources: README of the Ubuntu CVE tracker ("status"), distro-info-data's ubuntu.csv (data/advisory/ubuntu_releases.csv), Canonical's
// OSV ecosystems: "Ubuntu:22.04:LTS", "Ubuntu:25.10", and "Ubuntu:Pro:16.04:LTS" for what only Ubuntu Pro (ESM) gets.
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "advisory/record.h"

namespace bulkhead::advisory {

// "jammy" → "Ubuntu:22.04:LTS"; nullopt for what is no release ("upstream", "devel", "snap").
std::optional<std::string> ubuntu_ecosystem(std::string_view codename, bool pro);
// Releases with extended support (LTS from 12.04 on): images of the others have no support left.
bool ubuntu_has_esm(std::string_view codename);
// Fills state, ranges and note from a status and what stands behind it in brackets (a version for released, words for others).
// False: the package does not exist there ("DNE"), or the status is none of Ubuntu's.
bool ubuntu_status(std::string_view status, std::string_view detail, Affected& out);

}  // namespace bulkhead::advisory
