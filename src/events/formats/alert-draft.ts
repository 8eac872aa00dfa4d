/**
 * A foreign alert on its way: what every adapter fills in, and the native body made of it.
 *
 * Owns: the body's members and their order, the alert's id, entity numbering.
 * Does not own: where the values come from (one file per format).
 * Source: domain reference 9.1 and 21.
 */
import type { Json, JsonObject } from '#foundation';
import { intentText } from '../intent.data.ts';
import { formatMoment, type Moment, momentOf, reverseTicks } from '../times.ts';
import { uuid5 } from '../uuid5.ts';
import type { ForeignContext } from './format.ts';
import { flatten } from './flatten.ts';
import { slug, subjectOf } from './subject.ts';

export interface Entity {
  readonly type: string;
  readonly members: JsonObject;
}

export interface AlertDraft {
  readonly format: string;
  readonly vendor: string;
  readonly product: string;
  /** What tells installations of the product apart; part of the id. */
  readonly instance: string;
  readonly nativeId: string;
  /** The rule that fired; `AlertType` is `<Tool>_<rule>`. */
  readonly rule: string;
  readonly tool: string;
  readonly title: string;
  readonly description?: string | undefined;
  readonly severity: string;
  readonly originalSeverity?: string | undefined;
  readonly status?: 'New' | 'Resolved' | 'Dismissed';
  readonly tactics?: readonly string[];
  readonly start?: Moment | undefined;
  readonly end?: Moment | undefined;
  readonly generated?: Moment | undefined;
  /** The native id of what the alert is about. */
  readonly subject: string;
  readonly compromisedEntity?: string | undefined;
  readonly entities?: readonly Entity[];
  readonly remediation?: readonly string[];
  readonly uri?: string | undefined;
  readonly correlationKey?: string | undefined;
  /** Replaces the id made here, for records that carry the native alert's own. */
  readonly systemAlertId?: string | undefined;
}

/** The native body of a draft; `record` is kept as flat `ExtendedProperties`. */
export function alertOf(draft: AlertDraft, record: JsonObject, context: ForeignContext): JsonObject {
  const generated = draft.generated ?? draft.end ?? draft.start ?? momentOf(context.now);
  const start = draft.start ?? generated;
  const subject = subjectOf(draft.subject, draft.format, context);
  const id = uuid5(draft.format, draft.instance, draft.nativeId);
  return {
    VendorName: draft.vendor,
    AlertType: `${draft.tool}_${slugKeepingCase(draft.rule)}`,
    ProductName: draft.product,
    StartTimeUtc: formatMoment(start),
    EndTimeUtc: formatMoment(draft.end ?? start),
    TimeGenerated: formatMoment(generated),
    ProcessingEndTime: formatMoment(generated),
    Severity: draft.severity,
    Status: draft.status ?? 'New',
    ProviderAlertStatus: null,
    ConfidenceLevel: null,
    ConfidenceScore: null,
    ConfidenceReasons: null,
    IsIncident: false,
    SystemAlertId: draft.systemAlertId ?? `${reverseTicks(start)}_${id}`,
    CorrelationKey: draft.correlationKey ?? null,
    Intent: intentText(draft.tactics ?? []),
    AzureResourceId: subject.id,
    WorkspaceId: null,
    WorkspaceSubscriptionId: null,
    WorkspaceResourceGroup: null,
    AgentId: null,
    CompromisedEntity: draft.compromisedEntity ?? draft.subject,
    AlertDisplayName: draft.title,
    Description: draft.description ?? draft.title,
    Entities: numbered(draft.entities ?? []),
    ExtendedLinks: null,
    RemediationSteps: [...(draft.remediation ?? [])],
    ExtendedProperties: {
      ...flatten(record),
      ...(draft.originalSeverity === undefined ? {} : { originalSeverity: draft.originalSeverity }),
      ...(subject.nativeId === undefined ? {} : { nativeResourceId: subject.nativeId }),
      EffectiveAzureResourceId: subject.id,
      ProductComponentName: draft.format,
    },
    ResourceIdentifiers: [{ $id: '1', AzureResourceId: subject.id, Type: 'AzureResource' }],
    AlertUri: draft.uri ?? null,
  };
}

function numbered(entities: readonly Entity[]): Json {
  return entities.map(({ type, members }, index) => ({ $id: String(index + 2), ...members, Asset: false, Type: type }));
}

function slugKeepingCase(rule: string): string {
  const plain = rule.replaceAll(/[^A-Za-z0-9._-]+/g, '_').replaceAll(/^_+|_+$/g, '');
  return plain === '' || plain.length > 120 ? slug(rule) : plain;
}

/** An entity, or none when the value it is named by is missing. */
export function entity(
  type: string,
  named: string | undefined,
  make: (value: string) => JsonObject,
): readonly Entity[] {
  return named === undefined ? [] : [{ type, members: make(named) }];
}

export function ip(address: string | undefined): readonly Entity[] {
  return entity('ip', address, (Address) => ({ Address }));
}

export function host(name: string | undefined, members: JsonObject = {}): readonly Entity[] {
  return entity('host', name, (HostName) => ({ HostName, ...members }));
}

export function account(name: string | undefined, members: JsonObject = {}): readonly Entity[] {
  return entity('account', name, (Name) => ({ Name, ...members }));
}

/** A file by its path: directory and name apart. */
export function file(path: string | undefined): readonly Entity[] {
  return entity('file', path, (text) => {
    const at = Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\'));
    return at < 0 ? { Name: text } : { Directory: text.slice(0, at) || text.slice(0, 1), Name: text.slice(at + 1) };
  });
}

export function process(
  id: string | undefined,
  commandLine: string | undefined,
  image: string | undefined,
): readonly Entity[] {
  if (id === undefined && commandLine === undefined && image === undefined) return [];
  return [
    {
      type: 'process',
      members: {
        ...(id === undefined ? {} : { ProcessId: id }),
        ...(commandLine === undefined ? {} : { CommandLine: commandLine }),
        ...(image === undefined ? {} : { ImageFile: (file(image)[0] as Entity).members }),
      },
    },
  ];
}
