/** Workflows that have runs, at a scope or below it: the scope's key, its first and its last key below. */
export const listWorkflows = `
SELECT id, key FROM workflows WHERE key = ?1 OR (key > ?2 AND key < ?3) ORDER BY key`;
