/** Deletes a run by its number; its journal is deleted first. */
export const deleteRun = `
DELETE FROM runs WHERE id = ?`;
