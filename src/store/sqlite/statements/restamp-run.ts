/**
 * Changes start (?1) and tracking id (?2) of a run (?3) where they differ. Apart from `change-run.ts`, because SQLite
 * rewrites every index whose columns a statement names.
 */
export const restampRun = `
UPDATE runs SET start_time = ?1, client_tracking_id = ?2
WHERE id = ?3 AND (start_time <> ?1 OR client_tracking_id <> ?2)`;
