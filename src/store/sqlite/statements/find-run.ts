/** The number of a run by workflow key and run name. */
export const findRun = `
SELECT runs.id FROM runs JOIN workflows ON workflows.id = runs.workflow
WHERE workflows.key = ? AND runs.name = ?`;
