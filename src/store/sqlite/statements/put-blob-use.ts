/** Notes that a run refers to a blob: hash, the run's number. */
export const putBlobUse = `
INSERT OR IGNORE INTO blob_uses (hash, run) VALUES (?, ?)`;
