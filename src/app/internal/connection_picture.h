// A list of connections as a picture: SVG 1.1, one file, no script, no outside reference.
//
// Namespaces are boxes in columns, workloads lines of text in them; what is outside the cluster stands above. A pair has one curved
// line with an arrow; both directions share one. A target that everybody reaches has a mark instead of lines from everybody. With
// more than kMostWorkloads workloads, each box is a namespace and lines join namespaces. Colours differ by the target's namespace.
#pragma once

#include <string>

#include "access/connection_list.h"

namespace bulkhead::app {

inline constexpr size_t kMostWorkloads = 120;

std::string connection_picture(const access::ConnectionList& list, const std::string& title);

}  // namespace bulkhead::app
