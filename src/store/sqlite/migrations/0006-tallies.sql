-- Counts kept with the rows (`tally-writer.ts`): whoever asks how many there are by state, kind and hour reads these few.

ALTER TABLE documents ADD COLUMN tally TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN subject TEXT NOT NULL DEFAULT '';

-- span 0: whatever their time (slot 0); 1 and 24: by hours and days since the epoch; -1: different subjects (slot 0).
CREATE TABLE document_tallies (
  collection TEXT NOT NULL,
  span INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  parent TEXT NOT NULL,
  label TEXT NOT NULL,
  tally TEXT NOT NULL,
  status TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (collection, span, slot, parent, label, tally, status)
) WITHOUT ROWID;

CREATE TABLE document_subjects (
  collection TEXT NOT NULL,
  subject TEXT NOT NULL,
  parent TEXT NOT NULL,
  label TEXT NOT NULL,
  status TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (collection, subject, parent, label, status)
) WITHOUT ROWID;

CREATE TABLE run_tallies (
  span INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  workflow INTEGER NOT NULL,
  status TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (span, slot, workflow, status)
) WITHOUT ROWID;

-- What alerts, recommendations and deliveries of older schemas are counted by.
UPDATE documents SET tally = coalesce(json_extract(body, '$.event.Severity'), '') WHERE collection = 'alerts';
UPDATE documents SET
  tally = lower(replace(substr(json_extract(body, '$.id'), instr(lower(json_extract(body, '$.id')), '/assessments/') + 13), '/', '')),
  subject = substr(key, 1, instr(key, '/providers/microsoft.security/assessments/') - 1)
WHERE collection = 'assessments' AND instr(key, '/providers/microsoft.security/assessments/') > 1;
UPDATE documents SET tally = 'delivery' WHERE collection = 'deliveries';

INSERT INTO document_tallies
SELECT collection, 0, 0, parent, label, tally, status, count(*) FROM documents WHERE tally <> '' GROUP BY 1, 4, 5, 6, 7;
INSERT INTO document_tallies
SELECT collection, 1, time / 3600000, parent, label, tally, status, count(*) FROM documents WHERE tally <> ''
GROUP BY 1, 3, 4, 5, 6, 7;
INSERT INTO document_tallies
SELECT collection, 24, time / 86400000, parent, label, tally, status, count(*) FROM documents WHERE tally <> ''
GROUP BY 1, 3, 4, 5, 6, 7;
INSERT INTO document_subjects
SELECT collection, subject, parent, label, status, count(*) FROM documents WHERE subject <> '' GROUP BY 1, 2, 3, 4, 5;
INSERT INTO document_tallies
SELECT collection, -1, 0, parent, label, '', status, count(*) FROM document_subjects GROUP BY 1, 4, 5, 7;
INSERT INTO run_tallies
SELECT 1, start_time / 3600000, workflow, status, count(*) FROM runs GROUP BY 2, 3, 4;
INSERT INTO run_tallies
SELECT 24, start_time / 86400000, workflow, status, count(*) FROM runs GROUP BY 2, 3, 4;

-- What came to nothing is found at the end of a transaction, and deleted.
CREATE INDEX document_tallies_ended ON document_tallies (count) WHERE count = 0;
CREATE INDEX run_tallies_ended ON run_tallies (count) WHERE count = 0;

-- Lists of one tally and state, newest first: alerts of a severity, the resources that a recommendation is about.
CREATE INDEX documents_by_tally ON documents (collection, tally, status, time, key) WHERE tally <> '';
