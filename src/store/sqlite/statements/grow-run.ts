/** Adds to the bytes of a run's journal and blobs: how many, the run's number. */
export const growRun = `
UPDATE runs SET bytes = bytes + ? WHERE id = ?`;
