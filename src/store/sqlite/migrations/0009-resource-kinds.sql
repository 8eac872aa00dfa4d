-- Recommendations by the kind of resource that they are about (`environment|type`), which their documents name from now on:
-- for older ones the environment of their details and the outermost type of the resource, until they are evaluated again.
UPDATE documents SET body = json_set(body, '$.resourceKind',
  lower(coalesce(json_extract(body, '$.event.properties.resourceDetails.source'), 'Azure')) || '|' || (
    SELECT substr(rest, 1, instr(rest, '/')) || substr(below, 1, instr(below || '/', '/') - 1) FROM (
      SELECT rest, substr(rest, instr(rest, '/') + 1) AS below FROM (
        SELECT CASE instr(subject, '/providers/')
          WHEN 0 THEN CASE instr(subject, '/resourcegroups/')
            WHEN 0 THEN 'microsoft.resources/subscriptions' ELSE 'microsoft.resources/resourcegroups' END
          ELSE substr(subject, instr(subject, '/providers/') + 11) END AS rest))))
WHERE collection = 'assessments' AND subject <> '';
CREATE INDEX assessments_of_kind ON documents (
  substr(lower(coalesce(json_extract(body, '$.resourceKind'), '')), 1, 256), parent, label, status, tally, collection
) WHERE collection = 'assessments';
