/** Latest states become past ones: one, those of a resource and below it, those of an assignment. */
export const endPolicyState = `
UPDATE policy_records SET kind = 1 WHERE kind = 0 AND resource = ? AND assignment = ? AND reference = ?`;

/** Values: the scope, the scope with `/` behind, the scope with `0` behind, the character that follows `/`. */
export const endPolicyStatesBelow = `
UPDATE policy_records SET kind = 1 WHERE kind = 0 AND (resource = ? OR (resource > ? AND resource < ?))`;

export const endPolicyStatesOf = 'UPDATE policy_records SET kind = 1 WHERE kind = 0 AND assignment = ?';
