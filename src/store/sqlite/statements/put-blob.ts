/**
 * Puts a blob, or notes that a newer run uses it: hash, bytes, sealed, time, newest journal row. One that is there stays as
 * it is: the same content is secret in one run and open in another.
 */
export const putBlob = `
INSERT INTO blobs (hash, bytes, sealed, time, journal) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (hash) DO UPDATE SET time = excluded.time, journal = excluded.journal`;
