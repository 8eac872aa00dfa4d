-- Alerts by texts of their bodies, in lower case, their first 256 characters (`statements/member-orders.ts` writes the same
-- expressions): one index for the order, and one for how many there are of each, which needs no row. The collection stands
-- in those so that SQLite finds everything in them.
CREATE INDEX alerts_by_title ON documents (
  substr(lower(coalesce(json_extract(body, '$.event.AlertDisplayName'), '')), 1, 256), time DESC, key DESC, status, tally
) WHERE collection = 'alerts';
CREATE INDEX alerts_by_resource ON documents (
  substr(lower(coalesce(json_extract(body, '$.event.CompromisedEntity'), json_extract(body, '$.event.AzureResourceId'), '')), 1, 256), time DESC, key DESC, status, tally
) WHERE collection = 'alerts';
CREATE INDEX alerts_by_type ON documents (
  substr(lower(coalesce(json_extract(body, '$.event.AlertType'), '')), 1, 256), time DESC, key DESC, status, tally
) WHERE collection = 'alerts';
CREATE INDEX alerts_by_start ON documents (
  substr(lower(coalesce(json_extract(body, '$.event.StartTimeUtc'), '')), 1, 256), time DESC, key DESC, status, tally
) WHERE collection = 'alerts';
CREATE INDEX alerts_of_title ON documents (
  substr(lower(coalesce(json_extract(body, '$.event.AlertDisplayName'), '')), 1, 256), parent, label, status, tally, collection
) WHERE collection = 'alerts';
CREATE INDEX alerts_of_resource ON documents (
  substr(lower(coalesce(json_extract(body, '$.event.CompromisedEntity'), json_extract(body, '$.event.AzureResourceId'), '')), 1, 256), parent, label, status, tally, collection
) WHERE collection = 'alerts';
CREATE INDEX alerts_of_type ON documents (
  substr(lower(coalesce(json_extract(body, '$.event.AlertType'), '')), 1, 256), parent, label, status, tally, collection
) WHERE collection = 'alerts';
