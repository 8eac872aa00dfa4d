/** The list of log tables. */
export const findLogTable = `
SELECT id, workspace, name, columns, retention_days FROM log_tables WHERE workspace = ? AND name_key = ?`;

export const listLogTables = `
SELECT id, workspace, name, columns, retention_days FROM log_tables
WHERE ?1 IS NULL OR workspace = ?1 ORDER BY workspace, name_key`;

export const addLogTable = `
INSERT INTO log_tables (workspace, name, name_key, columns, retention_days) VALUES (?, ?, ?, ?, ?)`;

export const changeLogTable = `UPDATE log_tables SET columns = ?, retention_days = ? WHERE id = ?`;

export const deleteLogTable = `DELETE FROM log_tables WHERE id = ?`;
