/** Ended runs that started before a time, workflow by workflow, the oldest name first, at most so many. */
export const expiredRuns = `
SELECT runs.id FROM workflows CROSS JOIN runs INDEXED BY runs_by_name ON runs.workflow = workflows.id
WHERE runs.start_time < ? AND runs.end_time IS NOT NULL
ORDER BY workflows.id, runs.name DESC LIMIT ?`;
