/** One resource by its id key. */
export const getResource = `
SELECT * FROM resources WHERE key = ?`;
