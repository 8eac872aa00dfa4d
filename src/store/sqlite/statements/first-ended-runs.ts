/** Ended runs of all workflows in the order they were added, at most so many. */
export const firstEndedRuns = `
SELECT id, workflow, bytes FROM runs WHERE end_time IS NOT NULL ORDER BY id LIMIT ?`;
