/** Puts a blob, or notes that a newer run uses it: hash, bytes, time, newest journal row. */
export const putBlob = `
INSERT INTO blobs (hash, bytes, time, journal) VALUES (?, ?, ?, ?)
ON CONFLICT (hash) DO UPDATE SET time = excluded.time, journal = excluded.journal`;
