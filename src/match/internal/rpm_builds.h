// Which of an rpm distribution's records speak of the build at hand.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "advisory/database.h"

namespace bulkhead::match {

// "2.34-60.el9_2.7" → "el9_2": the minor release that a build was made for. Empty for a build of the major release ("el9") and others.
std::string_view minor_stream(std::string_view version);
// "1:18.18.2-1.module_el8.8.0+3652+0e111ba0", "…module+el8.9.0+…": built as part of a module.
bool is_modular(std::string_view version);
// The module's stream that a record's note names: "ALSA-2023:5869; module nodejs:18" → "nodejs:18". Empty: none.
std::string_view module_of_note(std::string_view note);

// Drops records that speak of other builds. `module` is the component's stream, "nodejs:18"; empty where it is not told.
// - A module's build is judged by records of its stream, any other build by records of none. Where the stream is not told, the records
//   of all streams stay.
// - A build for a minor release (el9_2, extended support) is judged by fixes for that same release where the flaw has any: a later fix
//   of another minor release says nothing of it, be it in a record of its own or in another range of the same record.
void keep_own_builds(std::vector<advisory::PackageRecord>& records, std::string_view version, std::string_view module);

// Whether the records of one flaw are of several streams, so that a build of an untold stream cannot be judged by them.
bool several_streams(std::span<const advisory::PackageRecord> records);

}  // namespace bulkhead::match
