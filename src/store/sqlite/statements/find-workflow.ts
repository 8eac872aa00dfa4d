/** The number of a workflow by its key. */
export const findWorkflow = `
SELECT id FROM workflows WHERE key = ?`;
