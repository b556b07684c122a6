-- The advisory database: one immutable file, made whole by `bulkhead db import` and opened read-only.
-- docs/advisory-database.md explains it. Lists inside a column are parted by line breaks; dates are RFC 3339 or empty.
-- PRAGMA application_id is 'BHad' (0x42486164), user_version the version of this schema: readers refuse any other.

-- One imported file or folder. Every record names its feed: the source row, the feed's date, and the digest of the bytes read.
CREATE TABLE feed (
  id       INTEGER PRIMARY KEY,
  key      TEXT NOT NULL UNIQUE,   -- row name, with the file's name where a source has several feeds: "kev", "osv/Go.zip"
  source   TEXT NOT NULL,          -- row of src/advisory/source
  file     TEXT NOT NULL,          -- name of the file, without its folders
  sha256   TEXT NOT NULL,          -- of the file; for a folder, of the records read from it
  bytes    INTEGER NOT NULL,
  date     TEXT NOT NULL,          -- the feed's own date (newest record, catalogue date)
  records  INTEGER NOT NULL,
  skipped  INTEGER NOT NULL,
  skips    TEXT NOT NULL,          -- JSON array of the first skipped records: {"where","why"}
  note     TEXT NOT NULL
);

-- One flaw, whatever its names: what all feeds together say of it, computed at import.
CREATE TABLE flaw (
  id        INTEGER PRIMARY KEY,
  name      TEXT NOT NULL,         -- preferred: the CVE id where there is one
  aliases   TEXT NOT NULL,         -- other names, sorted
  published TEXT NOT NULL,         -- the earliest date that any feed gives
  summary   TEXT NOT NULL,
  severity  TEXT NOT NULL,         -- none low medium high critical unknown
  cvss      TEXT NOT NULL,         -- the vector that severity comes from; empty none
  score     REAL NOT NULL,         -- its base score; -1 none
  effect    INTEGER NOT NULL,      -- model::FlawEffect
  traits    INTEGER NOT NULL,      -- bits: 1 network, 2 needs login, 4 needs a user, 8 high complexity
  epss      INTEGER NOT NULL,      -- × 10^-5; -1 none
  epss_before INTEGER NOT NULL,    -- the same in the feed before; -1 none
  exploit   INTEGER NOT NULL,      -- model::ExploitEvidence
  exploits  TEXT NOT NULL,         -- sources of that evidence
  sources   TEXT NOT NULL          -- rows that speak of it
);
CREATE TABLE flaw_name (
  name TEXT PRIMARY KEY,
  flaw INTEGER NOT NULL
) WITHOUT ROWID;

-- One record of a feed.
CREATE TABLE advisory (
  id        INTEGER PRIMARY KEY,
  feed      INTEGER NOT NULL,
  record    TEXT NOT NULL,         -- the source's own id
  flaw      INTEGER,               -- null: no package is named by any record of the flaw
  aliases   TEXT NOT NULL,
  published TEXT NOT NULL,
  modified  TEXT NOT NULL,
  withdrawn TEXT NOT NULL,         -- not empty: never matches
  summary   TEXT NOT NULL,
  cvss      TEXT NOT NULL,         -- vectors
  severity  TEXT NOT NULL,
  effect    TEXT NOT NULL
);

CREATE TABLE package (
  id        INTEGER PRIMARY KEY,
  ecosystem TEXT NOT NULL,
  name      TEXT NOT NULL,
  UNIQUE (ecosystem, name)
);

-- What a record says about a package; all rows of one package lie together.
CREATE TABLE affected (
  package  INTEGER NOT NULL,
  flaw     INTEGER NOT NULL,
  advisory INTEGER NOT NULL,
  number   INTEGER NOT NULL,       -- within the record
  rank     INTEGER NOT NULL,       -- of the publisher: the smaller is believed
  state    INTEGER NOT NULL,       -- advisory::AffectedState
  withdrawn INTEGER NOT NULL,
  ranges   TEXT NOT NULL,          -- lines "introduced V", "fixed V", "last_affected V", "limit V"; an empty line parts two ranges
  versions TEXT NOT NULL,          -- versions named one by one
  note     TEXT NOT NULL,
  symbols  TEXT NOT NULL,          -- lines "import/path: Symbol, Type.Method"; empty where the source does not say
  PRIMARY KEY (package, flaw, advisory, number)
) WITHOUT ROWID;

-- A fingerprint of all that records, flaws and their evidence say of a package: another answer has another number.
CREATE TABLE package_print (
  package INTEGER PRIMARY KEY,
  print   INTEGER NOT NULL
);

-- Evidence by name, kept whole so that later imports of other feeds can use it.
CREATE TABLE epss (
  cve   INTEGER PRIMARY KEY,       -- year × 10^8 + number
  feed  INTEGER NOT NULL,
  score INTEGER NOT NULL,          -- × 10^-5
  previous INTEGER NOT NULL        -- of the feed before; -1 none
);
CREATE TABLE exploited (
  name TEXT NOT NULL, feed INTEGER NOT NULL, date TEXT NOT NULL, ransomware INTEGER NOT NULL, title TEXT NOT NULL,
  PRIMARY KEY (name, feed)
) WITHOUT ROWID;
CREATE TABLE exploit (
  name TEXT NOT NULL, feed INTEGER NOT NULL, sources TEXT NOT NULL,
  PRIMARY KEY (name, feed)
) WITHOUT ROWID;
CREATE TABLE cycle (
  product TEXT NOT NULL, cycle TEXT NOT NULL, feed INTEGER NOT NULL, number INTEGER NOT NULL, codename TEXT NOT NULL, released TEXT NOT NULL,
  support TEXT NOT NULL, end_of_life TEXT NOT NULL, extended TEXT NOT NULL, latest TEXT NOT NULL,
  PRIMARY KEY (product, cycle, feed)
) WITHOUT ROWID;
CREATE TABLE checks (
  name TEXT NOT NULL, feed INTEGER NOT NULL, json TEXT NOT NULL,
  PRIMARY KEY (name, feed)
) WITHOUT ROWID;
-- Small facts by name: "ssvc" (a CVE), "reach" (a kernel CVE), "repository_cpe" (a Red Hat repository).
CREATE TABLE fact (
  kind TEXT NOT NULL, name TEXT NOT NULL, feed INTEGER NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (kind, name, feed)
) WITHOUT ROWID;

-- VEX statements: tens of thousands that share few texts, so every text stands once in `vex_text`.
CREATE TABLE vex_text (
  id   INTEGER PRIMARY KEY,
  text TEXT NOT NULL
);
CREATE TABLE vex_document (
  id INTEGER PRIMARY KEY, feed INTEGER NOT NULL, document INTEGER NOT NULL, author INTEGER NOT NULL, date TEXT NOT NULL
);
-- By the identity of what a statement speaks of (advisory/vex.h): a purl without version and qualifiers, or a CPE's first parts.
CREATE TABLE vex (
  identity      TEXT NOT NULL,
  number        INTEGER NOT NULL,
  flaws         INTEGER NOT NULL,  -- names, one a line
  product       INTEGER NOT NULL,
  subcomponent  INTEGER NOT NULL,  -- text 0: none, the statement speaks of the product itself
  status        INTEGER NOT NULL,  -- advisory::VexStatus
  justification INTEGER NOT NULL,
  words         INTEGER NOT NULL,
  document      INTEGER NOT NULL,
  PRIMARY KEY (identity, number)
) WITHOUT ROWID;
