/** Forgets what a run referred to, by the run's number. */
export const deleteBlobUses = `
DELETE FROM blob_uses WHERE run = ?`;
