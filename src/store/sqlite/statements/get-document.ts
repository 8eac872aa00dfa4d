/** One document by collection and key. */
export const getDocument = `
SELECT * FROM documents WHERE collection = ? AND key = ?`;
