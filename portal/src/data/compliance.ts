/** Regulatory compliance as the server shows it: one question for all subscriptions, one for a standard. */
import { useQuery } from '@tanstack/react-query';
import type { ArmError } from '../api/arm-error.ts';
import type { Resource } from '../api/arm.ts';
import type { Control, ControlAssessment, Counts, Standard } from '../model/compliance.ts';
import { askGraph, quoted } from './resource-graph.ts';

const standardType = 'microsoft.security/regulatorycompliancestandards';
const controlType = `${standardType}/regulatorycompliancecontrols`;
const assessmentType = `${controlType}/regulatorycomplianceassessments`;

type Properties = Readonly<Record<string, unknown>>;
type Row = Resource<Properties> & { readonly subscriptionId: string };

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function countsOf(properties: Properties, noun: 'Controls' | 'Resources'): Counts {
  return {
    passed: numberOf(properties[`passed${noun}`]),
    failed: numberOf(properties[`failed${noun}`]),
    skipped: numberOf(properties[`skipped${noun}`]),
    unsupported: numberOf(properties[`unsupported${noun}`]),
  };
}

export function useStandards(subscriptions: readonly string[]): {
  readonly data: readonly Standard[] | undefined;
  readonly error: ArmError | null;
  readonly refetch: () => unknown;
} {
  return useQuery<readonly Standard[], ArmError>({
    queryKey: ['compliance', 'standards', subscriptions],
    queryFn: async ({ signal }) => {
      const query = `securityresources | where type == ${quoted(standardType)} | project id, name, subscriptionId, properties`;
      const rows = await askGraph<Row>(query, subscriptions, signal);
      return rows.map(({ id, name, subscriptionId, properties }) => ({
        id,
        name,
        subscriptionId,
        state: textOf(properties['state']),
        controls: countsOf(properties, 'Controls'),
      }));
    },
    enabled: subscriptions.length > 0,
    refetchInterval: 30_000,
  });
}

export interface StandardParts {
  readonly controls: readonly Omit<Control, 'assessments'>[];
  readonly assessments: readonly ControlAssessment[];
}

/** Controls and assessments of a standard in a subscription. */
export function useStandardParts(subscriptionId: string | undefined, standard: string) {
  return useQuery<StandardParts, ArmError>({
    queryKey: ['compliance', 'parts', subscriptionId, standard],
    queryFn: async ({ signal }) => {
      const below = `/providers/Microsoft.Security/regulatoryComplianceStandards/${standard}/`;
      const query = `securityresources | where type in (${quoted(controlType)}, ${quoted(assessmentType)}) | where id contains ${quoted(below)} | project id, name, type, properties`;
      const rows = await askGraph<Row>(query, [subscriptionId ?? ''], signal);
      const isControl = ({ type }: Row): boolean => type.toLowerCase() === controlType;
      return {
        controls: rows.filter(isControl).map(controlOf),
        assessments: rows.filter((row) => !isControl(row)).map(assessmentOf),
      };
    },
    enabled: subscriptionId !== undefined,
    refetchInterval: 30_000,
  });
}

function controlOf({ name, properties }: Row): Omit<Control, 'assessments'> {
  return { name, state: textOf(properties['state']), description: textOf(properties['description']) };
}

function assessmentOf({ id, name, properties }: Row): ControlAssessment {
  const link = textOf(properties['assessmentDetailsLink']);
  return {
    id,
    name,
    control: /\/regulatoryComplianceControls\/([^/]+)\//i.exec(id)?.[1] ?? '',
    state: textOf(properties['state']),
    description: textOf(properties['description']) || name,
    resources: countsOf(properties, 'Resources'),
    link: link === '' ? undefined : link,
  };
}

export interface AffectedResource {
  /** Of the recommendation on the resource. */
  readonly id: string;
  readonly resourceId: string;
  readonly state: string;
  readonly displayName: string;
}

/** The resources that a recommendation is about, by the key of the recommendation. */
export function useAffectedResources(subscriptionId: string, key: string) {
  return useQuery<readonly AffectedResource[], ArmError>({
    queryKey: ['compliance', 'resources', subscriptionId, key],
    queryFn: ({ signal }) =>
      askGraph<AffectedResource>(
        `securityresources | where type == 'microsoft.security/assessments' and name =~ ${quoted(key)} | project id, resourceId = tostring(properties.resourceDetails.Id), state = tostring(properties.status.code), displayName = tostring(properties.displayName) | order by resourceId asc`,
        [subscriptionId],
        signal,
      ),
  });
}
