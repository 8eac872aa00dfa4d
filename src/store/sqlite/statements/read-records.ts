/** The history of a run by its number, from a sequence on, at most so many rows. */
export const readRecords = `
SELECT sequence, history FROM journal WHERE run = ? AND sequence >= ? ORDER BY sequence LIMIT ?`;
