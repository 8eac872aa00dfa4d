/** Appends one journal row: run number, sequence, event, history, snapshot. */
export const appendJournal = `
INSERT INTO journal (run, sequence, event, history, snapshot) VALUES (?, ?, ?, ?, ?)`;
