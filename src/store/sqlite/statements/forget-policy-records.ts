/** Deletes past states and events before a time, at most so many of each. Values: time, count, time, count. */
export const forgetPolicyRecords = `
DELETE FROM policy_records WHERE id IN (
  SELECT id FROM (SELECT id FROM policy_records WHERE kind = 1 AND time < ? ORDER BY time LIMIT ?)
  UNION ALL
  SELECT id FROM (SELECT id FROM policy_records WHERE kind = 2 AND time < ? ORDER BY time LIMIT ?))`;
