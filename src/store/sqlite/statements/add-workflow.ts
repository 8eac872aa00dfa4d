/** Gives a workflow its number. */
export const addWorkflow = `
INSERT INTO workflows (key) VALUES (?)`;
