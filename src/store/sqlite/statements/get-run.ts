/** One run by workflow key and run name. */
export const getRun = `
SELECT runs.* FROM workflows JOIN runs ON runs.workflow = workflows.id
WHERE workflows.key = ? AND runs.name = ?`;
