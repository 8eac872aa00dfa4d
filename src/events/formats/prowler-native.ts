/**
 * Prowler's own JSON of its third version, in the form of its later OCSF output.
 *
 * Owns: the renaming of members. Does not own: what becomes of results (`prowler.ts`).
 * Source: Prowler's published output format of version 3.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '#foundation';
import { at, objectsAt, textAt, textsAt } from '../members.ts';
import { wordTable } from '../word-table.ts';

export function isNativeResult(record: JsonObject): boolean {
  return textAt(record, 'CheckID') !== undefined && textAt(record, 'Status') !== undefined;
}

const severityIds: Readonly<Record<string, number>> = wordTable({
  informational: 1,
  low: 2,
  medium: 3,
  high: 4,
  critical: 5,
});

/** The same result as version 4 and later write it. */
export function fromNativeResult(record: JsonObject): JsonObject {
  const status = textAt(record, 'Status')?.toUpperCase() ?? '';
  const severity = textAt(record, 'Severity') ?? '';
  const recommendation = at(record, 'Remediation', 'Recommendation');
  const time = textAt(record, 'Timestamp') ?? textAt(record, 'AssessmentStartTime');
  return {
    class_uid: 2004,
    metadata: { event_code: textAt(record, 'CheckID') ?? null, product: { name: 'Prowler', vendor_name: 'Prowler' } },
    severity,
    severity_id: severityIds[severity.toLowerCase()] ?? 0,
    status: status === 'MUTED' || at(record, 'Muted') === true ? 'Suppressed' : 'New',
    status_code: status,
    status_detail: textAt(record, 'StatusExtended') ?? null,
    finding_info: {
      uid: textAt(record, 'FindingUniqueId') ?? null,
      title: textAt(record, 'CheckTitle') ?? null,
      desc: textAt(record, 'Description') ?? null,
    },
    risk_details: textAt(record, 'Risk') ?? null,
    resources: [
      {
        uid: textAt(record, 'ResourceArn') ?? textAt(record, 'ResourceId') ?? null,
        name: textAt(record, 'ResourceId') ?? null,
        type: textAt(record, 'ResourceType') ?? null,
        region: textAt(record, 'Region') ?? null,
      },
    ],
    cloud: {
      provider: textAt(record, 'Provider') ?? 'aws',
      account: { uid: accountOf(record) ?? null },
      region: textAt(record, 'Region') ?? null,
    },
    remediation: {
      desc: textAt(recommendation, 'Text') ?? null,
      references: textsAt(recommendation, 'Url').concat(textsAt(record, 'Remediation', 'Code', 'CLI')),
    },
    unmapped: { categories: textsAt(record, 'Categories'), compliance: frameworksOf(record) },
    ...(time === undefined ? {} : { time_dt: time }),
  };
}

function accountOf(record: JsonObject): string | undefined {
  return ['AccountId', 'Subscription', 'ProjectId']
    .map((name) => textAt(record, name))
    .find((each) => each !== undefined);
}

/** Requirements by framework: a map in most versions, a list of frameworks in some. */
function frameworksOf(record: JsonObject): Json {
  const compliance = at(record, 'Compliance');
  if (isJsonObject(compliance)) return compliance;
  if (!isJsonArray(compliance)) return {};
  return Object.fromEntries(
    objectsAt(record, 'Compliance').map((framework) => [
      [textAt(framework, 'Framework'), textAt(framework, 'Version')].filter((part) => part !== undefined).join('-'),
      objectsAt(framework, 'Requirements').flatMap((requirement) => textAt(requirement, 'Id') ?? []),
    ]),
  );
}
