/** The number of the oldest journal row. */
export const oldestJournal = `
SELECT min(id) AS id FROM journal`;
