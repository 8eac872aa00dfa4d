/** Deletes blobs that no run is noted for, last put before a journal row and before a time, at most so many. */
export const deleteBlobs = `
DELETE FROM blobs WHERE rowid IN (
  SELECT rowid FROM blobs WHERE journal < ? AND time < ?
  AND NOT EXISTS (SELECT 1 FROM blob_uses WHERE blob_uses.hash = blobs.hash) LIMIT ?)`;
