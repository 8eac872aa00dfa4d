/** The number of the newest journal row. */
export const newestJournal = `
SELECT coalesce(max(id), 0) AS id FROM journal`;
