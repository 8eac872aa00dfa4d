/** Adds an event. Cells: those of `putPolicyEvent` in `wire.ts`. */
export const putPolicyEvent = `
INSERT INTO policy_records (kind, resource, assignment, reference, subscription, definition, set_definition, state, time, body)
VALUES (2, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
