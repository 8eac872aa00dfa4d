-- Documents are listed by a label within their parent too: alerts and recommendations by resource group.

ALTER TABLE documents ADD COLUMN label TEXT NOT NULL DEFAULT '';
UPDATE documents SET label = lower(coalesce(json_extract(body, '$.resourceGroup'), ''))
WHERE collection IN ('alerts', 'assessments', 'subAssessments');
CREATE INDEX documents_by_label ON documents (collection, parent, label, time, key) WHERE label <> '';
