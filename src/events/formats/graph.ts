/**
 * Alerts of the Microsoft Graph security API, second version.
 *
 * Owns: the mapping. Alerts that came from Defender for Cloud keep their own id, so that they meet the native ones.
 * Source: domain reference 21.
 */
import type { JsonObject } from '#foundation';
import { at, objectsAt, textAt, textsAt } from '../members.ts';
import { namedSeverity } from '../severity.data.ts';
import { parseMoment } from '../times.ts';
import { account, alertOf, type Entity, entity, file, host, ip, process } from './alert-draft.ts';
import { type Format, missing } from './format.ts';

export const graph: Format = {
  name: 'graph',
  detect: (record) =>
    textAt(record, '@odata.type')?.toLowerCase() === '#microsoft.graph.security.alert' ||
    (textAt(record, 'alertWebUrl') !== undefined && textAt(record, 'serviceSource') !== undefined),
  convert: (record, context) => {
    const nativeId = textAt(record, 'id');
    const title = textAt(record, 'title');
    if (nativeId === undefined) return missing('graph', 'id');
    if (title === undefined) return missing('graph', 'title');
    const evidence = objectsAt(record, 'evidence');
    const attacked = evidence.find((each) => textsAt(each, 'roles').includes('attacked'));
    const device = evidence.find((each) => typeOf(each) === 'device');
    const subject = textAt(attacked, 'resourceId') ?? nameOf(attacked) ?? nameOf(device);
    const native = textAt(record, 'serviceSource')?.toLowerCase() === 'microsoftdefenderforcloud';
    const severity = textAt(record, 'severity') ?? 'unknown';
    const product = textAt(record, 'productName') ?? 'Microsoft Defender';
    const draft = {
      format: 'graph',
      vendor: 'Microsoft',
      product,
      tool: 'Graph',
      instance: textAt(record, 'tenantId') ?? '',
      nativeId,
      rule: textAt(record, 'detectorId') ?? title,
      title,
      description: textAt(record, 'description'),
      severity: namedSeverity[severity.toLowerCase()] ?? 'Low',
      originalSeverity: severity,
      status: textAt(record, 'status')?.toLowerCase() === 'resolved' ? ('Resolved' as const) : ('New' as const),
      tactics: textsAt(record, 'category'),
      start: parseMoment(at(record, 'firstActivityDateTime')),
      end: parseMoment(at(record, 'lastActivityDateTime')),
      generated: parseMoment(at(record, 'createdDateTime')),
      subject: subject ?? nativeId,
      compromisedEntity: nameOf(attacked) ?? nameOf(device),
      entities: evidence.flatMap(entitiesOf),
      remediation: (textAt(record, 'recommendedActions') ?? '').split(/\r?\n/).filter((line) => line.trim() !== ''),
      uri: textAt(record, 'alertWebUrl'),
      correlationKey: textAt(record, 'incidentId'),
      systemAlertId: native ? textAt(record, 'providerAlertId') : undefined,
    };
    const body = alertOf(draft, record, context);
    return [native ? { ...body, AlertType: textAt(record, 'detectorId') ?? body['AlertType'] ?? title } : body];
  },
};

function typeOf(evidence: JsonObject | undefined): string | undefined {
  return /#microsoft\.graph\.security\.(\w+)Evidence$/.exec(textAt(evidence, '@odata.type') ?? '')?.[1];
}

function nameOf(evidence: JsonObject | undefined): string | undefined {
  return (
    textAt(evidence, 'resourceName') ??
    textAt(evidence, 'deviceDnsName') ??
    textAt(evidence, 'userAccount', 'accountName') ??
    textAt(evidence, 'name')
  );
}

function entitiesOf(evidence: JsonObject): readonly Entity[] {
  switch (typeOf(evidence)) {
    case 'device':
      return [
        ...host(textAt(evidence, 'deviceDnsName'), { OSFamily: textAt(evidence, 'osPlatform') ?? null }),
        ...objectsAt(evidence, 'loggedOnUsers').flatMap((user) =>
          account(textAt(user, 'accountName'), { NTDomain: textAt(user, 'domainName') ?? null }),
        ),
      ];
    case 'ip':
      return ip(textAt(evidence, 'ipAddress'));
    case 'user':
      return account(textAt(evidence, 'userAccount', 'accountName'));
    case 'url':
      return entity('url', textAt(evidence, 'url'), (Url) => ({ Url }));
    case 'azureResource':
      return entity('azure-resource', textAt(evidence, 'resourceId'), (ResourceId) => ({ ResourceId }));
    case 'amazonResource':
      return entity('amazon-resource', textAt(evidence, 'amazonResourceId'), (AmazonResourceId) => ({
        AmazonResourceId,
      }));
    case 'blob':
      return entity('blob', textAt(evidence, 'name'), (Name) => ({ Name, Url: textAt(evidence, 'url') ?? null }));
    case 'file':
      return fileOf(evidence, 'fileDetails');
    case 'process':
      return [
        ...process(textAt(evidence, 'processId'), textAt(evidence, 'processCommandLine'), undefined),
        ...fileOf(evidence, 'imageFile'),
        ...account(textAt(evidence, 'userAccount', 'accountName')),
      ];
    case 'mailbox':
      return entity('mailbox', textAt(evidence, 'primaryAddress'), (MailboxPrimaryAddress) => ({
        MailboxPrimaryAddress,
      }));
    case 'googleCloudResource':
      return entity(
        'gcp-resource',
        textAt(evidence, 'fullResourceName') ?? textAt(evidence, 'resourceName'),
        (name) => ({
          RelativeResourceName: name,
        }),
      );
    case 'container':
      return entity('container', textAt(evidence, 'containerId') ?? textAt(evidence, 'name'), (ContainerId) => ({
        ContainerId,
      }));
    case 'kubernetesPod':
      return entity('K8s-pod', textAt(evidence, 'name'), (Name) => ({ Name }));
    case 'registryKey':
      return entity('registry-key', textAt(evidence, 'registryKey'), (Key) => ({ Key }));
    default:
      return [];
  }
}

function fileOf(evidence: JsonObject, member: 'fileDetails' | 'imageFile'): readonly Entity[] {
  const name = textAt(evidence, member, 'fileName');
  const path = textAt(evidence, member, 'filePath');
  const hash = textAt(evidence, member, 'sha256') ?? textAt(evidence, member, 'sha1');
  return [
    ...file(
      name === undefined || path === undefined
        ? name
        : `${path.replace(/[\\/]$/, '')}${path.includes('\\') ? '\\' : '/'}${name}`,
    ),
    ...entity('filehash', hash, (Value) => ({ Value, Algorithm: Value.length === 64 ? 'SHA256' : 'SHA1' })),
  ];
}
