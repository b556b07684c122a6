// Whose databases are believed: public keys of the user, signatures of databases and mirrors, and what was verified already.
//
// Keys: files named by --key; where none is named, $BULKHEAD_DB_KEY, and every *.pub below <configuration folder>/keys. The
// configuration folder is $XDG_CONFIG_HOME/bulkhead, else ~/.config/bulkhead.
// A digest over the whole file costs a second per gigabyte or so: it is taken when a database is first seen, and remembered in
// <cache folder>/verified by device, inode, size and both times, which a change of the file changes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "advisory/manifest.h"

namespace bulkhead::app {

std::string configuration_folder();
std::string cache_folder();

class Keyring {
 public:
  // `files`: --key. Errors: a named file that cannot be read or holds no key.
  static base::Result<Keyring> load(const std::vector<std::string>& files);
  bool empty() const { return keys_.empty(); }
  size_t size() const { return keys_.size(); }

  enum class Answer { good, bad, unknown_key };
  Answer check(const advisory::SignedText& text) const;

 private:
  std::vector<base::VerifyKey> keys_;
};

// What is known of a database file's origin.
struct Origin {
  enum class State { unsigned_file, good, unknown_key } state = State::unsigned_file;
  std::string key;                                     // id of the key that signed it
  std::optional<advisory::DatabaseManifest> manifest;  // of a signed file; to be believed only where state is good
};

// Error: a signature by a known key that does not fit, a manifest that is not this file's, pages that are not those that were signed.
base::Result<Origin> check_origin(const std::string& path, const Keyring& keys);
// "signed by 0123… on 2026-11-24", "unsigned", "signed by 0123…, which is none of your keys".
std::string origin_text(const Origin& origin);

}  // namespace bulkhead::app
