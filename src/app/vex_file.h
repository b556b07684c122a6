// VEX statements of other people as decisions, each naming its document: from files given by hand, and from the database.
#pragma once

#include <string>
#include <vector>

#include "advisory/database.h"
#include "match/decision.h"

namespace bulkhead::app {

// Reads one document (OpenVEX, CycloneDX, CSAF; a file or an archive of them) in a worker. Statements that could not be read are told on
// standard error; a document without any is an error.
base::Result<std::vector<match::Decision>> read_vex(const std::string& path);

// Statements of the database that speak of the findings' components, or of `product` itself.
base::Result<std::vector<match::Decision>> stored_vex(const advisory::Database& database, const std::vector<model::Finding>& findings,
                                                      const std::string& product);

}  // namespace bulkhead::app
