-- What started a run, by its kind: empty for runs of older schemas, which nobody kept it for.
ALTER TABLE runs ADD COLUMN started_by TEXT NOT NULL DEFAULT '';
CREATE INDEX runs_by_origin ON runs (workflow, started_by, name, status, start_time) WHERE started_by <> '';
