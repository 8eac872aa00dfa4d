/** The sequence of a run's last snapshot. */
export const lastSnapshot = `
SELECT max(sequence) AS sequence FROM journal WHERE run = ? AND snapshot IS NOT NULL`;
