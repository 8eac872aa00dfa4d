/** Puts a document, whole. Cells: those of `putDocument` in `wire.ts`. */
export const putDocument = `
INSERT INTO documents (collection, key, parent, label, time, status, tally, subject, body, secrets)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (collection, key) DO UPDATE SET
  parent = excluded.parent, label = excluded.label, time = excluded.time, status = excluded.status,
  tally = excluded.tally, subject = excluded.subject, body = excluded.body, secrets = excluded.secrets`;
