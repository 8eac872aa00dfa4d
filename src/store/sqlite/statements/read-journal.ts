/** The journal of a run by its number, from a sequence on, at most so many rows (-1: all). */
export const readJournal = `
SELECT sequence, event, history, snapshot FROM journal WHERE run = ? AND sequence >= ? ORDER BY sequence LIMIT ?`;
