// What a distribution package is good for at run time, by its name and section.
#pragma once

#include <string_view>

#include "model/inventory.h"

namespace bulkhead::model {

// Debian's naming: "-dev" and linux-headers-* are headers, "-doc" documents, "-dbg" and "-dbgsym" debug symbols, linux-image-*
// and linux-modules-* a kernel on disk (not the one that runs), section fonts data. `section` may be empty ("admin",
// "contrib/net"). Source: Debian Policy 2.4 (sections), Debian kernel handbook chapter 2 (package names).
ComponentRole deb_role(std::string_view name, std::string_view section);

// Alpine's naming: "-dev" headers, "-doc" documents, "-dbg" debug symbols, linux-lts, linux-virt and other linux-* flavours a kernel
// (not linux-headers, linux-pam, linux-firmware*), font-* data. Source: APKBUILD(5), "subpackages"; Alpine's main/linux-lts.
ComponentRole apk_role(std::string_view name);

// Fedora's naming: "-devel" and kernel-headers are headers, "-doc" and "-docs" documents, "-debuginfo" and "-debugsource" debug symbols,
// kernel, kernel-core, kernel-modules*, kernel-default (SUSE) a kernel, gpg-pubkey (a trusted key, no package) data.
// Source: Fedora packaging guidelines; rpmkeys(8).
ComponentRole rpm_role(std::string_view name);

}  // namespace bulkhead::model
