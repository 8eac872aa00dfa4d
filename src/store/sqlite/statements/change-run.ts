/** Changes what changes while a run lives: status, end, body; then the run's number. */
export const changeRun = `
UPDATE runs SET status = ?, end_time = ?, body = ? WHERE id = ?`;
