-- Log tables. Each has a table of its own, `log_{id}`, with a column `c{n}` for each of its columns: the writer makes it
-- and adds to it (`log-writer.ts`).

CREATE TABLE log_tables (
  id INTEGER PRIMARY KEY,
  -- Key of the workspace's id.
  workspace TEXT NOT NULL,
  name TEXT NOT NULL,
  -- The name in lower case.
  name_key TEXT NOT NULL,
  -- JSON: [{"name", "type"}], in the order of c0, c1, …
  columns TEXT NOT NULL,
  -- Days that rows are kept; null for the server's own.
  retention_days INTEGER
);
CREATE UNIQUE INDEX log_tables_by_name ON log_tables (workspace, name_key);
