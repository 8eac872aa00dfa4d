/** Counts of documents, of what they are about, and of runs: reading them, and what their writer needs. */

/** A collection (?1) by parent, label, state and tally; of different subjects where the span (?2) is -1. */
export const documentTallies = `
SELECT parent, label, tally, status, count FROM document_tallies WHERE collection = ?1 AND span = ?2 AND slot = 0`;

/** A collection (?1) in slots of a span (?2) from one (?3) to before another (?4), in parts of so many (?5). */
export const documentTalliesInTime = `
SELECT CAST((slot - ?3) / ?5 AS INTEGER) AS part, parent, label, tally, status, sum(count) AS count FROM document_tallies
WHERE collection = ?1 AND span = ?2 AND slot >= ?3 AND slot < ?4 GROUP BY 1, 2, 3, 4, 5`;

/** Workflows with runs in slots of a span (?1) from one (?2) to before another (?3). */
export const countedWorkflows = `
SELECT id, key FROM workflows
WHERE id IN (SELECT workflow FROM run_tallies WHERE span = ?1 AND slot >= ?2 AND slot < ?3)`;

/** Runs of all workflows in slots of a span (?1) from one (?2) to before another (?3), in parts of so many (?4). */
export const runTalliesInTime = `
SELECT CAST((slot - ?2) / ?4 AS INTEGER) AS part, status, sum(count) AS count FROM run_tallies
WHERE span = ?1 AND slot >= ?2 AND slot < ?3 GROUP BY 1, 2`;

/** The same by workflow. */
export const workflowTalliesInTime = `
SELECT CAST((slot - ?2) / ?4 AS INTEGER) AS part, workflow, status, sum(count) AS count FROM run_tallies
WHERE span = ?1 AND slot >= ?2 AND slot < ?3 GROUP BY 1, 2, 3`;

/** The same of one workflow (?5, its key): its row of each slot is looked up. */
export const oneWorkflowInTime = `
WITH RECURSIVE slots (slot) AS (SELECT ?2 UNION ALL SELECT slot + 1 FROM slots WHERE slot + 1 < ?3)
SELECT CAST((slots.slot - ?2) / ?4 AS INTEGER) AS part, status, sum(count) AS count
FROM slots JOIN run_tallies ON span = ?1 AND run_tallies.slot = slots.slot
  AND workflow = (SELECT id FROM workflows WHERE key = ?5)
GROUP BY 1, 2`;

// --- Writing ----------------------------------------------------------------------------------------------------

/** Collections that have counted documents, each found by one step in the index. */
export const countedCollections = `
WITH RECURSIVE found (collection) AS (
  SELECT min(collection) FROM document_tallies
  UNION ALL
  SELECT (SELECT min(collection) FROM document_tallies WHERE collection > found.collection) FROM found
  WHERE found.collection IS NOT NULL
)
SELECT collection FROM found WHERE collection IS NOT NULL`;

/** How a document (collection, key) is counted. */
export const countedDocument = `
SELECT parent, label, time, status, tally, subject FROM documents WHERE collection = ? AND key = ?`;

/** How a run (its number) is counted. */
export const countedRun = `
SELECT workflow, status, start_time FROM runs WHERE id = ?`;

/** Adds to a count: collection, span, slot, parent, label, tally, status, how many. */
export const addTally = `
INSERT INTO document_tallies (collection, span, slot, parent, label, tally, status, count) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET count = count + excluded.count`;

/** Adds to the documents about a subject: collection, subject, parent, label, status, how many; answers the new count. */
export const addSubjects = `
INSERT INTO document_subjects (collection, subject, parent, label, status, count) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET count = count + excluded.count RETURNING count`;

/** Deletes a subject about which there is no document any more. */
export const deleteSubjects = `
DELETE FROM document_subjects WHERE collection = ? AND subject = ? AND parent = ? AND label = ? AND status = ?`;

/** Adds to a count of runs: span, slot, workflow, status, how many. */
export const addRunTally = `
INSERT INTO run_tallies (span, slot, workflow, status, count) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET count = count + excluded.count`;

/** Counts of zero say nothing; found by an index of their own. */
export const endedTallies = `
DELETE FROM document_tallies WHERE count = 0`;
export const endedRunTallies = `
DELETE FROM run_tallies WHERE count = 0`;
