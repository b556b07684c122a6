#include "app/database_update.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include "advisory/delta.h"
#include "advisory/writer.h"
#include "app/database.h"
#include "app/database_trust.h"
#include "app/download.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::app {
namespace {

using advisory::FileState;
using advisory::MirrorFile;
using advisory::MirrorManifest;
using base::ErrorKind;
using base::Result;
using base::Status;

constexpr uint64_t kMaxState = 64 << 10;  // bytes of the file that remembers the mirror's ETag

std::unexpected<base::Error> refused(std::string what, const std::string& where, std::string cause) {
  base::Error error{ErrorKind::denied, std::move(what), where, std::move(cause), {}, {}};
  error.hint = "--force takes it all the same";
  return std::unexpected(std::move(error));
}

// The database as it is now.
struct Present {
  bool there = false;
  FileState state;
  Origin origin;
  std::vector<advisory::Part> parts;
};

Result<Present> present_state(const std::string& path, const Keyring& keys) {
  Present out;
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) {
    return out;
  }
  out.there = true;
  // One that cannot be read serves nobody: it is replaced whole.
  const auto database = advisory::Database::open(path);
  const auto origin = database ? check_origin(path, keys) : Result<Origin>(Origin{});
  if (!database || !origin) {
    std::fprintf(stderr, "the present database cannot be used and will be replaced: %s\n",
                 (database ? origin.error() : database.error()).text().c_str());
    return out;
  }
  out.origin = *origin;
  BULKHEAD_TRY(const std::vector<advisory::Feed> feeds, database->feeds());
  out.parts = advisory::parts_of(feeds);
  BULKHEAD_TRY(out.state, advisory::file_state(path));
  return out;
}

// --- the ETag of the last manifest, kept beside the database
struct Memory {
  std::string mirror, etag, sha256;
};
std::string memory_path(const std::string& database) { return database + ".mirror"; }

Memory recall(const std::string& database) {
  Memory out;
  const auto text = base::read_file(memory_path(database), kMaxState);
  if (text) {
    if (const auto document = base::JsonDocument::parse(*text)) {
      out = {document->root().get("mirror").text(), document->root().get("etag").text(), document->root().get("sha256").text()};
    }
  }
  return out;
}

void memorise(const std::string& database, const Memory& memory) {
  base::JsonWriter w;
  w.begin_object().member("mirror", memory.mirror).member("etag", memory.etag).member("sha256", memory.sha256).end_object();
  (void)base::write_file_atomic(memory_path(database), w.str() + "\n", 0600);
}

Result<MirrorManifest> checked_manifest(const std::string& body, const std::string& url, const Keyring& keys, bool force) {
  const std::string_view line = std::string_view(body).substr(0, body.find('\n'));
  if (base::trim(std::string_view(body).substr(line.size())).empty()) {
    return force ? advisory::mirror_manifest_from_json(line, url)
                 : refused("the mirror is not signed", url, "anybody on the way can have written it");
  }
  BULKHEAD_TRY(const advisory::SignedText text, advisory::SignedText::parse(body, url));
  const Keyring::Answer answer = keys.check(text);
  if (answer == Keyring::Answer::bad) {
    return base::fail(ErrorKind::denied, "the mirror's signature is wrong", url, "in the name of key " + text.key);  // no force helps
  }
  if (answer == Keyring::Answer::unknown_key && !force) {
    return refused(
        "the mirror is signed by a key that is none of yours", url,
        "key " + text.key + (keys.empty() ? "; you have no key: put the publisher's into " + configuration_folder() + "/keys" : ""));
  }
  return advisory::mirror_manifest_from_json(text.payload, url);
}

// Whether the manifest's state may take the present one's place.
Status check_order(const MirrorManifest& manifest, const Present& now, const UpdateRequest& request, const std::string& url) {
  if (request.force || !now.there) {
    return {};
  }
  if (now.origin.manifest && now.origin.state == Origin::State::good) {
    const base::Moment ours = now.origin.manifest->serial;
    if (manifest.serial < ours) {
      return refused("the mirror holds an older database", url,
                     base::format_moment(manifest.serial) + ", yours is of " + base::format_moment(ours));
    }
    if (manifest.serial == ours && manifest.sha256 != now.state.sha256) {
      return refused("the mirror holds another database of the same serial", url, base::format_moment(ours));
    }
  }
  const std::vector<advisory::Shrunk> shrunk = advisory::shrunk_parts(now.parts, manifest.parts, request.max_shrink, true);
  if (!shrunk.empty()) {
    return refused("a part lost more than " + std::to_string(static_cast<int>(request.max_shrink)) + " % of its records", url,
                   advisory::shrunk_text(shrunk));
  }
  return {};
}

// The new database at `file`, made from the delta or the whole. Returns what was used.
Result<std::string> make_state(Downloader& downloader, const MirrorManifest& manifest, const Present& now, const std::string& database,
                               base::AtomicFile& file) {
  const auto part_path = [&](const MirrorFile& f) { return database + ".part-" + f.sha256.substr(0, 16); };
  const auto delta = std::ranges::find_if(manifest.deltas, [&](const MirrorFile& f) { return now.there && f.from == now.state.sha256; });
  if (delta != manifest.deltas.end()) {
    const std::string path = part_path(*delta);
    Status done = downloader.file(delta->file, delta->bytes, delta->sha256, path);
    if (done) {
      const auto applied = advisory::apply_delta(database, path, file.fd(), true);
      done = applied ? Status{} : Status(std::unexpected(applied.error()));
      if (applied && applied->to.sha256 != manifest.sha256) {
        done = base::fail(ErrorKind::input, "the delta leads to another database than the manifest's", delta->file);
      }
      ::unlink(path.c_str());
    }
    if (done) {
      return "delta " + delta->file;
    }
    std::fprintf(stderr, "the delta cannot be used, fetching the whole: %s\n", done.error().text().c_str());
    if (::ftruncate(file.fd(), 0) != 0 || ::lseek(file.fd(), 0, SEEK_SET) != 0) {
      return base::fail_errno(errno, "cannot write", database);
    }
  }
  const std::string path = part_path(manifest.whole);
  BULKHEAD_CHECK(downloader.file(manifest.whole.file, manifest.whole.bytes, manifest.whole.sha256, path));
  const auto state = advisory::unpack_file(path, file.fd(), std::min(manifest.bytes, advisory::kMaxDatabase));
  ::unlink(path.c_str());
  if (!state) {
    return std::unexpected(state.error());
  }
  if (state->sha256 != manifest.sha256) {
    return base::fail(ErrorKind::input, "the mirror's database is not what its manifest says", manifest.whole.file);
  }
  return "whole " + manifest.whole.file;
}

// What came out, as strictly as any file that comes from elsewhere.
Status check_new(const std::string& path, const MirrorManifest& manifest, const Keyring& keys, bool force) {
  BULKHEAD_TRY(const Origin origin, check_origin(path, keys));
  BULKHEAD_TRY([[maybe_unused]] const advisory::Database database, advisory::Database::open(path));
  BULKHEAD_CHECK(advisory::check_structure(path));
  if (origin.state != Origin::State::good && !force) {
    return refused("the mirror's database is not signed by one of your keys", path, origin_text(origin));
  }
  if (origin.manifest && origin.manifest->serial != manifest.serial) {
    return base::fail(ErrorKind::input, "the mirror's database has another serial than its manifest", path);
  }
  return {};
}

// Unfinished downloads of states that nobody asks for any more.
void sweep(const std::string& database) {
  const std::filesystem::path path(database);
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(path.has_parent_path() ? path.parent_path() : ".", error)) {
    if (entry.path().filename().string().starts_with(path.filename().string() + ".part-")) {
      std::filesystem::remove(entry.path(), error);
    }
  }
}

int report(const UpdateRequest& request, const std::string& how, const MirrorManifest* manifest, const Downloader& downloader) {
  base::JsonWriter w(true);
  w.begin_object()
      .member("schema", "bulkhead.db_update/1")
      .member("database", request.database)
      .member("mirror", request.mirror)
      .member("how", how);
  if (manifest != nullptr) {
    w.member("serial", manifest->serial).member("created", base::format_moment(manifest->serial)).member("sha256", manifest->sha256);
    w.member("parts", static_cast<uint64_t>(manifest->parts.size()));
  }
  w.member("received_bytes", downloader.received()).member("resumed_bytes", downloader.resumed()).end_object();
  std::printf("%s\n", w.str().c_str());
  return 0;
}

}  // namespace

Result<int> update_database(const UpdateRequest& asked) {
  UpdateRequest request = asked;
  if (request.mirror.empty()) {
    const char* set = std::getenv("BULKHEAD_DB_MIRROR");
    request.mirror = set == nullptr ? "" : set;
  }
  if (request.mirror.empty()) {
    return base::fail(ErrorKind::usage, "no mirror is named", "--mirror URL or $BULKHEAD_DB_MIRROR");
  }
  BULKHEAD_TRY(const Keyring keys, Keyring::load(request.keys));
  BULKHEAD_TRY(Downloader downloader, Downloader::create(request.mirror, request.proxy, request.patience, request.quiet));
  BULKHEAD_TRY(const base::UniqueFd lock, lock_database(request.database));
  BULKHEAD_TRY(const Present now, present_state(request.database, keys));
  const Memory memory = recall(request.database);
  const bool same_place = memory.mirror == request.mirror && now.there && memory.sha256 == now.state.sha256;
  BULKHEAD_TRY(const Fetched fetched, downloader.text("manifest.json", advisory::kMaxSignedText, same_place ? memory.etag : ""));
  if (fetched.status == 304) {
    return report(request, "up to date (not modified)", nullptr, downloader);
  }
  const std::string url = request.mirror + (request.mirror.ends_with('/') ? "" : "/") + "manifest.json";
  BULKHEAD_TRY(const MirrorManifest manifest, checked_manifest(fetched.body, url, keys, request.force));
  BULKHEAD_CHECK(check_order(manifest, now, request, url));
  std::string how = "up to date";
  if (!now.there || now.state.sha256 != manifest.sha256) {
    BULKHEAD_TRY(base::AtomicFile file, base::AtomicFile::create(request.database, 0644));
    BULKHEAD_TRY(how, make_state(downloader, manifest, now, request.database, file));
    BULKHEAD_CHECK(check_new(file.temporary_path(), manifest, keys, request.force));
    BULKHEAD_CHECK(file.commit());
    // Under its own name it is another file to who remembers digests: once here, or each reader's first command would pay.
    BULKHEAD_TRY([[maybe_unused]] const Origin origin, check_origin(request.database, keys));
    sweep(request.database);
  }
  memorise(request.database, {request.mirror, fetched.etag, manifest.sha256});
  return report(request, how, &manifest, downloader);
}

}  // namespace bulkhead::app
