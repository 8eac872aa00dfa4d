/** Deletes blobs last put before a journal row and before a time, at most so many. */
export const deleteBlobs = `
DELETE FROM blobs WHERE rowid IN (SELECT rowid FROM blobs WHERE journal < ? AND time < ? LIMIT ?)`;
