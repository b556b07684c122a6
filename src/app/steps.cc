#include "app/steps.h"

#include <sys/stat.h>

#include <cerrno>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "graph/catalogue.h"

namespace bulkhead::app {

base::Result<int> steps(const StepsRequest& request) {
  base::JsonWriter words;
  words.begin_object()
      .member("format", request.format)
      .member("state", request.state)
      .member("row", request.row)
      .member("as_of", request.assess.as_of)
      .end_object();
  BULKHEAD_TRY(const base::WorkerResult result, run_on_cluster("steps", words.take(), request.assess, [](std::string_view bytes) {
                 return base::write_all(1, bytes, "standard output");
               }));
  return result.exit_code;
}

base::Result<int> write_step_pages(const std::string& folder) {
  BULKHEAD_TRY(const graph::Catalogue catalogue, graph::Catalogue::load());
  if (mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) return base::fail_errno(errno, "cannot make the folder", folder);
  for (const graph::StepRow& row : catalogue.rows()) {
    BULKHEAD_CHECK(base::write_file_atomic(folder + "/" + base::lower_ascii(row.id) + ".md", graph::step_page(row), 0644));
  }
  BULKHEAD_CHECK(base::write_file_atomic(folder + "/README.md", graph::catalogue_page(catalogue), 0644));
  BULKHEAD_CHECK(base::write_all(1, std::to_string(catalogue.rows().size()) + " pages in " + folder + "\n", "standard output"));
  return 0;
}

}  // namespace bulkhead::app
