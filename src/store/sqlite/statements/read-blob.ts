/** The bytes of a blob. */
export const readBlob = `
SELECT bytes FROM blobs WHERE hash = ?`;
