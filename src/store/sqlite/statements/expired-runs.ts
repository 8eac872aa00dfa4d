/** Ended runs that started before a time, workflow by workflow, at most so many. */
export const expiredRuns = `
SELECT runs.id FROM workflows CROSS JOIN runs INDEXED BY runs_by_time ON runs.workflow = workflows.id
WHERE runs.start_time < ? AND runs.end_time IS NOT NULL LIMIT ?`;
