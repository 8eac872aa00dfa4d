/** Deletes some of a run's journal rows, oldest first: the run's number, how many. */
export const deleteJournalPart = `
DELETE FROM journal WHERE id IN (SELECT id FROM journal WHERE run = ? ORDER BY sequence LIMIT ?)`;
