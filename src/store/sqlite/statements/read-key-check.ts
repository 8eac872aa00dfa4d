/** The sealed text that tells whether a secret key fits. */
export const readKeyCheck = `
SELECT key_check FROM store`;
