/** The latest state of a resource, assignment and reference. Cells: those of `putPolicyState` in `wire.ts`. */
export const putPolicyState = `
INSERT INTO policy_records (kind, resource, assignment, reference, subscription, definition, set_definition, state, time, body)
VALUES (0, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (resource, assignment, reference) WHERE kind = 0 DO UPDATE SET
  subscription = excluded.subscription, definition = excluded.definition, set_definition = excluded.set_definition,
  state = excluded.state, time = excluded.time, body = excluded.body`;
