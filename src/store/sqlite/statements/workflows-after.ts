/** Workflows that have or had runs, behind a number: at most so many. */
export const workflowsAfter = `
SELECT id, key, bytes FROM workflows WHERE id > ? ORDER BY id LIMIT ?`;
