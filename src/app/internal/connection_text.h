// The list of allowed connections as text: the rows, and what has to be said beside them.
//
// Forms: txt "src => dst : conn", csv "src,dst,conn", dot as of the published tools for manifests (a cluster a namespace), json
// bulkhead.net_connections/1. Output is given away in blocks of about 1 MiB, so that millions of rows need no memory.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "access/connection_list.h"
#include "base/result.h"
#include "base/worker.h"

namespace bulkhead::app {

using TextSink = std::function<base::Status(std::string_view)>;

base::Status write_connections(const access::ConnectionList& list, std::string_view format, const TextSink& sink);
// Notes on standard error: what was not read, not decided, not enforced. `whose`: put before each, "A: ".
void note_connections(const access::ConnectionList& list, base::WorkerContext& context, const std::string& whose = {});
// Something that matters was not read or not understood.
bool incomplete(const access::ConnectionList& list);

std::string csv_field(const std::string& text);  // RFC 4180

}  // namespace bulkhead::app
