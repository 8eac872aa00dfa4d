/** Adds a run: workflow number, name, status, start, end, tracking id, body. */
export const addRun = `
INSERT INTO runs (workflow, name, status, start_time, end_time, client_tracking_id, body)
VALUES (?, ?, ?, ?, ?, ?, ?)`;
