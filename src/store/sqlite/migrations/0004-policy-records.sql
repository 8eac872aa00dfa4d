-- What policies said of resources: the latest states, the past ones, and events.

CREATE TABLE policy_records (
  id INTEGER PRIMARY KEY,
  -- 0: the latest state, 1: a past state, 2: an event.
  kind INTEGER NOT NULL,
  resource TEXT NOT NULL,
  subscription TEXT NOT NULL,
  assignment TEXT NOT NULL,
  reference TEXT NOT NULL,
  definition TEXT NOT NULL,
  set_definition TEXT NOT NULL,
  state TEXT NOT NULL,
  time INTEGER NOT NULL,
  body TEXT NOT NULL
);
CREATE UNIQUE INDEX policy_latest ON policy_records (resource, assignment, reference) WHERE kind = 0;
CREATE INDEX policy_by_time ON policy_records (kind, time, id);
CREATE INDEX policy_by_subscription ON policy_records (kind, subscription, time, id);
CREATE INDEX policy_by_assignment ON policy_records (kind, assignment, time, id);
