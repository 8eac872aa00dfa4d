/** Runs without an end, oldest first. */
export const unfinishedRuns = `
SELECT workflows.key AS workflow, runs.name FROM runs JOIN workflows ON workflows.id = runs.workflow
WHERE runs.end_time IS NULL ORDER BY runs.start_time, runs.id`;
