-- The first schema. Files in this folder are never edited after a release: a change is a new file.

-- One row: what must fit the files beside the database.
CREATE TABLE store (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  -- A known text sealed with the secret key; tells a wrong key before anything is read with it.
  key_check BLOB NOT NULL
);

CREATE TABLE resources (
  key TEXT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL,
  type_key TEXT NOT NULL,
  type TEXT NOT NULL,
  name TEXT NOT NULL,
  subscription_key TEXT,
  subscription_id TEXT,
  group_key TEXT,
  resource_group TEXT,
  location TEXT,
  body TEXT NOT NULL,
  secrets BLOB,
  etag TEXT NOT NULL,
  created_time INTEGER NOT NULL,
  changed_time INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX resources_by_type ON resources (type_key, key);
CREATE INDEX resources_by_group ON resources (subscription_key, group_key, key);

CREATE TABLE documents (
  collection TEXT NOT NULL,
  key TEXT NOT NULL,
  parent TEXT NOT NULL,
  time INTEGER NOT NULL,
  status TEXT NOT NULL,
  body TEXT NOT NULL,
  secrets BLOB
);
CREATE UNIQUE INDEX documents_by_key ON documents (collection, key);
CREATE INDEX documents_by_time ON documents (collection, time, key);
CREATE INDEX documents_by_parent ON documents (collection, parent, time, key);
CREATE INDEX documents_by_status ON documents (collection, status, time, key) WHERE status <> '';
CREATE INDEX documents_by_parent_status ON documents (collection, parent, status, time, key) WHERE status <> '';

-- Workflow ids are long and shared by many runs: rows of runs carry a number instead.
CREATE TABLE workflows (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE
);

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  workflow INTEGER NOT NULL REFERENCES workflows (id),
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  start_time INTEGER NOT NULL,
  end_time INTEGER,
  client_tracking_id TEXT NOT NULL,
  body TEXT NOT NULL
);
-- The start is in both, so that a list over a time range passes over index entries only: 10 ms for 1,000,000. Names are
-- unique within a workflow because the only writer looks a run up before it adds one.
CREATE INDEX runs_by_name ON runs (workflow, name, start_time);
CREATE INDEX runs_by_status ON runs (workflow, status, name, start_time);
CREATE INDEX runs_by_tracking ON runs (client_tracking_id);
CREATE INDEX runs_unfinished ON runs (start_time, id) WHERE end_time IS NULL;

-- Append only, in the order of commits; a table clustered by run was measured to cost twice as much per row.
CREATE TABLE journal (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (id),
  sequence INTEGER NOT NULL,
  event TEXT NOT NULL,
  history TEXT NOT NULL,
  snapshot TEXT
);
CREATE UNIQUE INDEX journal_by_run ON journal (run, sequence);
CREATE INDEX journal_snapshots ON journal (run, sequence) WHERE snapshot IS NOT NULL;

CREATE TABLE blobs (
  hash TEXT NOT NULL UNIQUE,
  bytes BLOB NOT NULL,
  -- The newest journal row when the blob was last put: runs that began later cannot refer to it.
  journal INTEGER NOT NULL,
  -- When it was last put, in milliseconds: documents may refer to blobs too.
  time INTEGER NOT NULL
);
CREATE INDEX blobs_by_journal ON blobs (journal);
