/** The events of a run by its number, from a sequence on, at most so many rows. */
export const readEvents = `
SELECT sequence, event FROM journal WHERE run = ? AND sequence >= ? ORDER BY sequence LIMIT ?`;
