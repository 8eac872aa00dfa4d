/** The bytes of a blob, and whether they are sealed. */
export const readBlob = `
SELECT bytes, sealed FROM blobs WHERE hash = ?`;
