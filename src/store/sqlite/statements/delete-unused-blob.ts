/** Deletes a blob that no run refers to. */
export const deleteUnusedBlob = `
DELETE FROM blobs WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM blob_uses WHERE hash = ?1)`;
