/** The journal of a run by its number, from a sequence on. */
export const readJournal = `
SELECT sequence, event, history, snapshot FROM journal WHERE run = ? AND sequence >= ? ORDER BY sequence`;
