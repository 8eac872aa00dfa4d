/** Adds a run: workflow number, name, status, start, end, tracking id, what started it, body. */
export const addRun = `
INSERT INTO runs (workflow, name, status, start_time, end_time, client_tracking_id, started_by, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
