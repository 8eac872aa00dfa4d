/** The blobs a run refers to, by the run's number. */
export const blobsOfRun = `
SELECT hash FROM blob_uses WHERE run = ?`;
