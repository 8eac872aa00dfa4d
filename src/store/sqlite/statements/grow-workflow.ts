/** Adds to the bytes of a workflow's ended runs: how many, the workflow's number. */
export const growWorkflow = `
UPDATE workflows SET bytes = max(0, bytes + ?) WHERE id = ?`;
