#include "app/database_sign.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <set>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "advisory/delta.h"
#include "advisory/writer.h"
#include "app/database.h"
#include "app/database_trust.h"
#include "base/file.h"
#include "base/hash.h"
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

constexpr double kMaxDeltaShare = 0.5;  // of the packed whole: a larger delta saves nobody anything

Status write_new(const std::string& path, const std::string& text, unsigned mode) {
  const base::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!fd) {
    return base::fail_errno(errno, "cannot make", path);
  }
  BULKHEAD_CHECK(base::write_all(fd.get(), text, path));
  return ::fsync(fd.get()) == 0 ? Status{} : base::fail_errno(errno, "cannot fsync", path);
}

Result<base::SigningKey> load_signing_key(const std::string& path) {
  BULKHEAD_TRY(const std::string pem, base::read_file(path, base::kMaxKeyFile));
  struct stat info{};
  if (::stat(path.c_str(), &info) == 0 && (info.st_mode & 077) != 0) {
    std::fprintf(stderr, "warning: others can read the private key %s (chmod 600)\n", base::escape_terminal(path).c_str());
  }
  return base::SigningKey::from_pem(pem, path);
}

// Copies the first `bytes` of a file, and gives their digest.
Result<std::string> copy_pages(int from, int to, uint64_t bytes, const std::string& where) {
  base::Hasher hasher(base::HashKind::sha256);
  std::string piece(1 << 20, '\0');
  for (uint64_t at = 0; at < bytes;) {
    const ssize_t got = ::pread(from, piece.data(), std::min<uint64_t>(piece.size(), bytes - at), static_cast<off_t>(at));
    if (got <= 0) {
      return base::fail_errno(got < 0 ? errno : EIO, "cannot read", where);
    }
    const std::string_view part(piece.data(), static_cast<size_t>(got));
    hasher.update(part);
    BULKHEAD_CHECK(base::write_all(to, part, where));
    at += part.size();
  }
  return hasher.finish_hex();
}

void write_parts_changed(base::JsonWriter& w, const std::vector<advisory::Part>& before, const std::vector<advisory::Part>& after) {
  const auto find = [](const std::vector<advisory::Part>& parts, const std::string& key) -> const advisory::Part* {
    const auto at = std::ranges::find(parts, key, &advisory::Part::key);
    return at == parts.end() ? nullptr : &*at;
  };
  std::set<std::string> keys;
  for (const std::vector<advisory::Part>* parts : {&before, &after}) {
    for (const advisory::Part& p : *parts) {
      keys.insert(p.key);
    }
  }
  w.key("parts_changed").begin_array();
  for (const std::string& key : keys) {
    const advisory::Part *a = find(before, key), *b = find(after, key);
    if (a != nullptr && b != nullptr && a->sha256 == b->sha256 && a->records == b->records) {
      continue;
    }
    w.begin_object().member("part", key).key("records_before");
    a == nullptr ? w.null() : w.value(a->records);
    w.key("records_after");
    b == nullptr ? w.null() : w.value(b->records);
    w.member("date_before", a == nullptr ? "" : a->date).member("date_after", b == nullptr ? "" : b->date).end_object();
  }
  w.end_array();
}

Result<std::vector<advisory::Part>> parts_in(const std::string& path) {
  BULKHEAD_TRY(const advisory::Database database, advisory::Database::open(path));
  BULKHEAD_TRY(const std::vector<advisory::Feed> feeds, database.feeds());
  return advisory::parts_of(feeds);
}

// The serial that the folder's present manifest has, 0 for none; its files go into `keep`.
Result<base::Moment> last_manifest(const std::string& path, std::set<std::string>& keep) {
  const auto text = base::read_file(path, advisory::kMaxSignedText);
  if (!text) {
    return 0;
  }
  BULKHEAD_TRY(const MirrorManifest manifest, advisory::mirror_manifest_from_json(text->substr(0, text->find('\n')), path));
  keep.insert(manifest.whole.file);
  for (const MirrorFile& delta : manifest.deltas) {
    keep.insert(delta.file);
  }
  return manifest.serial;
}

// What the database says of itself; it is signed on the way where it is not signed by this key.
Result<advisory::DatabaseManifest> state_to_publish(const MirrorRequest& request, const std::optional<base::SigningKey>& key,
                                                    base::Moment last) {
  const auto trailer_of = [&]() -> Result<std::optional<advisory::Trailer>> {
    BULKHEAD_TRY(const base::UniqueFd fd, base::open_read(request.database));
    return advisory::read_trailer(fd.get(), request.database);
  };
  BULKHEAD_TRY(std::optional<advisory::Trailer> trailer, trailer_of());
  if (key && (!trailer || trailer->text.key != key->id())) {
    BULKHEAD_CHECK(sign_database_file(request.database, request.key_file, std::max(request.serial, last + 1)));
    BULKHEAD_TRY(trailer, trailer_of());
  }
  if (key && !key->public_key().verify(trailer->text.payload, trailer->text.signature)) {
    return base::fail(ErrorKind::input, "the database's signature is wrong", request.database);
  }
  if (trailer) {
    return advisory::database_manifest_from_json(trailer->text.payload, request.database);
  }
  advisory::DatabaseManifest out;
  out.serial = std::max(request.serial, last + 1);
  BULKHEAD_TRY(out.parts, parts_in(request.database));
  return out;
}

}  // namespace

Result<int> make_key(const std::string& name) {
  BULKHEAD_TRY(const base::SigningKey key, base::SigningKey::generate());
  BULKHEAD_TRY(const std::string secret, key.private_pem());
  BULKHEAD_TRY(const std::string open, key.public_pem());
  BULKHEAD_CHECK(write_new(name + ".key", secret, 0600));
  BULKHEAD_CHECK(write_new(name + ".pub", open, 0644));
  std::printf("key %s\nprivate %s.key: keep it where databases are made\npublic %s.pub: give it to users, for %s/keys\n", key.id().c_str(),
              base::escape_terminal(name).c_str(), base::escape_terminal(name).c_str(),
              base::escape_terminal(configuration_folder()).c_str());
  return 0;
}

Status sign_database_file(const std::string& path, const std::string& key_file, base::Moment serial) {
  BULKHEAD_TRY(const base::SigningKey key, load_signing_key(key_file));
  advisory::DatabaseManifest manifest;
  BULKHEAD_TRY(manifest.parts, parts_in(path));
  BULKHEAD_TRY(const base::UniqueFd fd, base::open_read(path));
  BULKHEAD_TRY(const std::optional<advisory::Trailer> old, advisory::read_trailer(fd.get(), path));
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) {
    return base::fail_errno(errno, "cannot look at", path);
  }
  manifest.bytes = static_cast<uint64_t>(info.st_size) - (old ? old->bytes : 0);
  manifest.serial = serial;
  BULKHEAD_TRY(base::AtomicFile file, base::AtomicFile::create(path, info.st_mode & 0777));
  BULKHEAD_TRY(manifest.sha256, copy_pages(fd.get(), file.fd(), manifest.bytes, path));
  BULKHEAD_TRY(const advisory::SignedText text, advisory::SignedText::sign(to_json(manifest), key));
  BULKHEAD_CHECK(file.write(advisory::trailer_bytes(text)));
  return file.commit();
}

Result<int> sign_database(const std::string& path, const std::string& key_file, base::Moment serial) {
  BULKHEAD_TRY(const base::UniqueFd lock, lock_database(path));
  BULKHEAD_CHECK(sign_database_file(path, key_file, serial));
  std::printf("signed %s, serial %lld (%s)\n", base::escape_terminal(path).c_str(), static_cast<long long>(serial),
              base::format_moment(serial).c_str());
  return 0;
}

Result<int> verify_database(const std::string& path, const std::vector<std::string>& keys) {
  BULKHEAD_TRY(const Keyring ring, Keyring::load(keys));
  BULKHEAD_TRY(const Origin origin, check_origin(path, ring));
  BULKHEAD_TRY(const advisory::Database database, advisory::Database::open(path));
  BULKHEAD_CHECK(advisory::check_structure(path));
  BULKHEAD_TRY(const FileState state, advisory::file_state(path));
  BULKHEAD_TRY(const std::vector<advisory::Feed> feeds, database.feeds());
  const bool same = !origin.manifest || [&] {
    const std::vector<advisory::Part> inside = advisory::parts_of(feeds);
    return std::ranges::equal(inside, origin.manifest->parts, [](const advisory::Part& a, const advisory::Part& b) {
      return a.key == b.key && a.sha256 == b.sha256 && a.records == b.records && a.date == b.date;
    });
  }();
  if (!same) {
    return base::fail(ErrorKind::input, "the manifest names other parts than the database holds", path);
  }
  std::printf("%s\n%s bytes, sha256 %s\n%zu parts\n", origin_text(origin).c_str(), base::with_thousands(state.bytes).c_str(),
              state.sha256.c_str(), feeds.size());
  return origin.state == Origin::State::good ? 0 : 1;
}

Result<int> diff_databases(const std::string& old_path, const std::string& new_path, const std::string& output) {
  BULKHEAD_TRY(const std::vector<advisory::Part> before, parts_in(old_path));
  BULKHEAD_TRY(const std::vector<advisory::Part> after, parts_in(new_path));
  BULKHEAD_TRY(const advisory::DeltaHead head, advisory::make_delta(old_path, new_path, output));
  BULKHEAD_TRY(const FileState delta, advisory::file_state(output));
  base::JsonWriter w(true);
  w.begin_object()
      .member("schema", "bulkhead.db_diff/1")
      .member("delta", output)
      .member("bytes", delta.bytes)
      .member("sha256", delta.sha256);
  w.key("from").begin_object().member("bytes", head.from.bytes).member("sha256", head.from.sha256).end_object();
  w.key("to").begin_object().member("bytes", head.to.bytes).member("sha256", head.to.sha256).end_object();
  write_parts_changed(w, before, after);
  w.end_object();
  std::printf("%s\n", w.str().c_str());
  return 0;
}

Result<int> apply_database_delta(const std::string& old_path, const std::string& delta, const std::string& output,
                                 const std::vector<std::string>& keys, bool force) {
  BULKHEAD_TRY(const Keyring ring, Keyring::load(keys));
  BULKHEAD_TRY(const base::UniqueFd lock, lock_database(output));
  BULKHEAD_TRY(const Origin before, check_origin(old_path, ring));
  BULKHEAD_TRY(base::AtomicFile file, base::AtomicFile::create(output, 0644));
  BULKHEAD_TRY(const advisory::DeltaHead head, advisory::apply_delta(old_path, delta, file.fd()));
  // What came out is judged as any database is, before anybody sees it.
  BULKHEAD_TRY(const Origin after, check_origin(file.temporary_path(), ring));
  BULKHEAD_TRY(const advisory::Database database, advisory::Database::open(file.temporary_path()));
  if (before.state == Origin::State::good && !force) {
    if (after.state != Origin::State::good) {
      return base::fail(ErrorKind::denied, "the delta makes a database that none of your keys signed out of one that was signed", delta,
                        "--force takes it all the same");
    }
    if (after.manifest->serial < before.manifest->serial) {
      return base::fail(ErrorKind::denied, "the delta makes an older database", delta,
                        base::format_moment(after.manifest->serial) + " after " + base::format_moment(before.manifest->serial) +
                            "; --force takes it all the same");
    }
  }
  BULKHEAD_CHECK(file.commit());
  std::printf("%s: %s bytes, sha256 %s, %s\n", base::escape_terminal(output).c_str(), base::with_thousands(head.to.bytes).c_str(),
              head.to.sha256.c_str(), origin_text(after).c_str());
  return 0;
}

Result<int> publish_mirror(const MirrorRequest& request) {
  std::optional<base::SigningKey> key;
  if (!request.key_file.empty()) {
    BULKHEAD_TRY(key, load_signing_key(request.key_file));
  }
  std::error_code error;
  std::filesystem::create_directories(request.folder, error);
  if (error) {
    return base::fail(ErrorKind::io, "cannot make the folder", request.folder, error.message());
  }
  BULKHEAD_TRY(const base::UniqueFd lock, lock_database(request.database));
  const std::string manifest_path = request.folder + "/manifest.json";
  std::set<std::string> keep = {"manifest.json"};
  BULKHEAD_TRY(const base::Moment last, last_manifest(manifest_path, keep));
  BULKHEAD_TRY(const advisory::DatabaseManifest inside, state_to_publish(request, key, last));
  if (inside.serial < last) {
    return base::fail(ErrorKind::usage, "the mirror holds a newer database already", request.folder,
                      base::format_moment(last) + "; this one is of " + base::format_moment(inside.serial));
  }
  MirrorManifest manifest;
  manifest.serial = inside.serial;
  manifest.parts = inside.parts;
  BULKHEAD_TRY(const FileState state, advisory::file_state(request.database));
  manifest.bytes = state.bytes;
  manifest.sha256 = state.sha256;
  manifest.whole.file = "database-" + state.sha256.substr(0, 16) + ".zst";
  {
    BULKHEAD_TRY(base::AtomicFile file, base::AtomicFile::create(request.folder + "/" + manifest.whole.file, 0644));
    BULKHEAD_TRY(const FileState packed, advisory::pack_file(request.database, file.fd()));
    manifest.whole.bytes = packed.bytes;
    manifest.whole.sha256 = packed.sha256;
    BULKHEAD_CHECK(file.commit());
  }
  size_t left_out = 0;
  for (const std::string& old : request.from) {
    const std::string aside = request.folder + "/delta.part";
    BULKHEAD_TRY(const advisory::DeltaHead head, advisory::make_delta(old, request.database, aside));
    BULKHEAD_TRY(const FileState packed, advisory::file_state(aside));
    if (static_cast<double>(packed.bytes) > kMaxDeltaShare * static_cast<double>(manifest.whole.bytes) ||
        head.from.sha256 == head.to.sha256) {
      ::unlink(aside.c_str());
      ++left_out;
      continue;
    }
    const MirrorFile delta{"delta-" + head.from.sha256.substr(0, 16) + "-" + head.to.sha256.substr(0, 16) + ".bhd", packed.bytes,
                           packed.sha256, head.from.sha256};
    if (::rename(aside.c_str(), (request.folder + "/" + delta.file).c_str()) != 0) {
      return base::fail_errno(errno, "cannot rename", aside);
    }
    manifest.deltas.push_back(delta);
  }
  std::sort(manifest.deltas.begin(), manifest.deltas.end(), [](const MirrorFile& a, const MirrorFile& b) { return a.file < b.file; });
  std::string text = to_json(manifest) + "\n";
  if (key) {
    BULKHEAD_TRY(const advisory::SignedText both, advisory::SignedText::sign(to_json(manifest), *key));
    text = both.text();
  }
  BULKHEAD_CHECK(base::write_file_atomic(manifest_path, text, 0644));
  keep.insert(manifest.whole.file);
  for (const MirrorFile& delta : manifest.deltas) {
    keep.insert(delta.file);
  }
  // Whoever read the manifest before may still be fetching: files of the last one stay until the next.
  for (const auto& entry : std::filesystem::directory_iterator(request.folder, error)) {
    const std::string name = entry.path().filename().string();
    if ((name.starts_with("database-") || name.starts_with("delta-")) && !keep.contains(name)) {
      std::filesystem::remove(entry.path(), error);
    }
  }
  std::printf("%s: serial %lld (%s), whole %s bytes, %zu deltas", base::escape_terminal(request.folder).c_str(),
              static_cast<long long>(manifest.serial), base::format_moment(manifest.serial).c_str(),
              base::with_thousands(manifest.whole.bytes).c_str(), manifest.deltas.size());
  for (const MirrorFile& delta : manifest.deltas) {
    std::printf(", %s bytes", base::with_thousands(delta.bytes).c_str());
  }
  std::printf("%s\n", left_out == 0 ? "" : "; some deltas were left out: the same state, or larger than half of the whole");
  return 0;
}

}  // namespace bulkhead::app
