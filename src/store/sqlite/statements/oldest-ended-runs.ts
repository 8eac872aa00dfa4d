/** Ended runs of a workflow, the oldest name first, at most so many. */
export const oldestEndedRuns = `
SELECT id, start_time, bytes FROM runs INDEXED BY runs_by_name
WHERE workflow = ? AND end_time IS NOT NULL ORDER BY name DESC LIMIT ?`;
