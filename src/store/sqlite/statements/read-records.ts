/** The history of a run by its number, from a sequence on. */
export const readRecords = `
SELECT sequence, history FROM journal WHERE run = ? AND sequence >= ? ORDER BY sequence`;
