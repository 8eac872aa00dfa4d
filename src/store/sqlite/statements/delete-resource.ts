/** Deletes a resource by its id key. */
export const deleteResource = `
DELETE FROM resources WHERE key = ?`;
