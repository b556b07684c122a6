#include "app/image_pack.h"

#include "app/database.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>

#include "advisory/database.h"
#include "app/components.h"
#include "app/progress.h"
#include "app/vex_file.h"
#include "match/matcher.h"
#include "report/findings_report.h"

namespace bulkhead::app {
namespace {

base::Result<std::vector<std::string>> files_of(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> files;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    static constexpr std::string_view kEndings[] = {".tar", ".tar.gz", ".tgz", ".tar.zst", ".cdx.json", ".spdx.json", "bom.json"};
    const bool image = entry->is_directory(error) || std::any_of(std::begin(kEndings), std::end(kEndings),
                                                                 [&](std::string_view ending) { return name.ends_with(ending); });
    if (!name.starts_with(".") && image) {
      files.push_back(name);
    }
  }
  if (error) {
    return base::fail(base::ErrorKind::io, "cannot list the images", folder, error.message());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

base::Result<ImagePack> read_images(const std::string& folder, const std::string& database_path, base::Moment as_of, bool quiet,
                                    const base::Limits& limits) {
  BULKHEAD_TRY(const std::vector<std::string> files, files_of(folder));
  ImagePack pack;
  std::vector<base::Result<model::Inventory>> inventories(files.size(), base::fail(base::ErrorKind::internal, "not read"));
  {
    Progress progress("reading images", files.size(), quiet);
    std::atomic<size_t> next{0};
    const auto work = [&] {
      for (size_t i = next++; i < files.size(); i = next++) {
        inventories[i] = read_inventory(folder + "/" + files[i], limits);
        progress.advance(files[i]);
      }
    };
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < std::min<size_t>(files.size(), std::max(1U, std::thread::hardware_concurrency())); ++i) {
      threads.emplace_back(work);
    }
  }
  for (size_t i = 0; i < files.size(); ++i) {
    if (inventories[i]) {
      pack.images.push_back({files[i], std::move(*inventories[i]), {}});
    } else {
      pack.unread.push_back({files[i], inventories[i].error().text()});
    }
  }
  if (!database_path.empty()) {
    BULKHEAD_TRY(const advisory::Database database, open_database(database_path));
    pack.matched = true;
    for (ReadImage& image : pack.images) {
      image.findings = match::match_inventory(image.inventory, database, as_of, &image.coverage);
      BULKHEAD_TRY(std::vector<match::Decision> statements, stored_vex(database, image.findings, report::product_purl(image.inventory)));
      std::ranges::move(statements, std::back_inserter(pack.decisions));
    }
  }
  return pack;
}

std::string to_json(const ImagePack& pack) {
  base::JsonWriter w;
  w.begin_object().member("schema", "bulkhead.image_pack/1").member("matched", pack.matched).key("images").begin_array();
  for (const ReadImage& image : pack.images) {
    w.begin_object().member("file", image.file).key("inventory").raw(model::to_json(image.inventory)).key("findings").begin_array();
    for (const model::Finding& finding : image.findings) {
      model::write_finding(w, finding);
    }
    w.end_array().key("coverage").begin_array();
    for (const model::CoverageNote& note : image.coverage) {
      if (note.state == model::CoverageNote::State::read) continue;
      w.begin_object().member("what", note.what).member("why", note.why).end_object();
    }
    w.end_array().end_object();
  }
  w.end_array().key("unread").begin_array();
  for (const UnreadImage& image : pack.unread) {
    w.begin_object().member("file", image.file).member("why", image.why).end_object();
  }
  w.end_array().key("decisions").begin_array();
  for (const match::Decision& decision : pack.decisions) {
    match::write_decision(w, decision);
  }
  w.end_array().end_object();
  return w.take();
}

base::Result<ImagePack> image_pack_from_json(std::string_view json, const base::Limits& limits) {
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(json, limits, "image pack"));
  ImagePack pack;
  pack.matched = document.root().get("matched").flag();
  for (const base::JsonView& item : document.root().get("images").items()) {
    ReadImage image;
    image.file = item.get("file").text();
    BULKHEAD_TRY(image.inventory, model::inventory_from_json(item.get("inventory").dump(), limits));
    for (const base::JsonView& finding : item.get("findings").items()) {
      BULKHEAD_TRY(model::Finding one, model::finding_from_json(finding));
      image.findings.push_back(std::move(one));
    }
    for (const base::JsonView& note : item.get("coverage").items()) {
      image.coverage.push_back({model::CoverageNote::State::skipped, note.get("what").text(), note.get("why").text()});
    }
    pack.images.push_back(std::move(image));
  }
  for (const base::JsonView& item : document.root().get("unread").items()) {
    pack.unread.push_back({item.get("file").text(), item.get("why").text()});
  }
  for (const base::JsonView& item : document.root().get("decisions").items()) {
    BULKHEAD_TRY(match::Decision decision, match::decision_from_json(item, "decisions"));
    pack.decisions.push_back(std::move(decision));
  }
  return pack;
}

}  // namespace bulkhead::app
