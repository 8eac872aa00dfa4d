/** Writes the sealed text once. */
export const writeKeyCheck = `
INSERT INTO store (id, key_check) VALUES (1, ?)`;
