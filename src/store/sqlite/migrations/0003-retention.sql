-- What retention by bytes counts, and which run refers to which blob, so that a blob goes with the last of them.

-- Bytes of journal and blobs, noted when a run ends.
ALTER TABLE runs ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
-- The sum over its ended runs.
ALTER TABLE workflows ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;

-- 1: the bytes are sealed with the secret key. Journal rows of such runs hold a BLOB instead of a text.
ALTER TABLE blobs ADD COLUMN sealed INTEGER NOT NULL DEFAULT 0;

CREATE TABLE blob_uses (
  hash TEXT NOT NULL,
  run INTEGER NOT NULL REFERENCES runs (id),
  PRIMARY KEY (hash, run)
) WITHOUT ROWID;
CREATE INDEX blob_uses_by_run ON blob_uses (run);
