/** Puts a resource, whole. Cells: those of `putResource` in `wire.ts`. */
export const putResource = `
INSERT INTO resources (
  key, id, type_key, type, name, subscription_key, subscription_id, group_key, resource_group, location,
  body, secrets, etag, created_time, changed_time
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET
  id = excluded.id, type_key = excluded.type_key, type = excluded.type, name = excluded.name,
  subscription_key = excluded.subscription_key, subscription_id = excluded.subscription_id,
  group_key = excluded.group_key, resource_group = excluded.resource_group, location = excluded.location,
  body = excluded.body, secrets = excluded.secrets, etag = excluded.etag,
  created_time = excluded.created_time, changed_time = excluded.changed_time`;
