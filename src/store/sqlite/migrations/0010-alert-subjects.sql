-- What alerts are about, so that it is known how many different resources have alerts of which state.
UPDATE documents
SET subject = '/' || trim(lower(coalesce(json_extract(body, '$.event.AzureResourceId'), json_extract(body, '$.event.CompromisedEntity'))), '/')
WHERE collection = 'alerts' AND tally <> ''
AND coalesce(json_extract(body, '$.event.AzureResourceId'), json_extract(body, '$.event.CompromisedEntity'), '') <> '';
INSERT INTO document_subjects
SELECT collection, subject, parent, label, status, count(*) FROM documents
WHERE collection = 'alerts' AND subject <> '' GROUP BY 1, 2, 3, 4, 5;
INSERT INTO document_tallies
SELECT collection, -1, 0, parent, label, '', status, count(*) FROM document_subjects
WHERE collection = 'alerts' GROUP BY 1, 4, 5, 7;
