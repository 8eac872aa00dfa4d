/** Deletes a run's journal by the run's number. */
export const deleteJournal = `
DELETE FROM journal WHERE run = ?`;
