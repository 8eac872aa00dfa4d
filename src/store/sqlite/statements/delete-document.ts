/** Deletes a document by collection and key. */
export const deleteDocument = `
DELETE FROM documents WHERE collection = ? AND key = ?`;
