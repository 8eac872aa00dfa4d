/**
 * Lists of remediations and of their deployments.
 *
 * Owns: filters and order. Does not own: answers (`#api`). Source: ARM reference 11.
 */
import { armIdKey, type Json, orThrow } from '#foundation';
import { planFilter } from '#query';
import type { Services } from '../services.ts';
import {
  type Remediation,
  remediationCollection,
  type RemediationDeployment,
  remediationDeploymentCollection,
  remediationDeploymentOf,
  remediationOf,
} from './remediation-record.ts';

const fields: Readonly<Record<string, (remediation: Remediation) => Json | undefined>> = {
  policyassignmentid: ({ policyAssignmentId }) => policyAssignmentId,
  policydefinitionreferenceid: ({ policyDefinitionReferenceId }) => policyDefinitionReferenceId ?? '',
  provisioningstate: ({ state }) => state,
  name: ({ name }) => name,
};

/** Those at a scope and below it, all for an empty scope, newest first. @throws TocsinError `InvalidParameter` for a filter that is not valid. */
export function filterRemediations(
  { store }: Pick<Services, 'store'>,
  scope: string,
  filter: string,
): readonly Remediation[] {
  const passes = orThrow(
    planFilter<Remediation>(filter, {
      field: (path) => fields[path.toLowerCase().replace(/^properties\//, '')],
    }),
  );
  const found = store.documents.list({
    collection: remediationCollection,
    ...(scope === '' ? {} : { below: armIdKey(scope) }),
  });
  return found.map(remediationOf).filter(passes);
}

/** A deployment with its place in the list. */
export interface ListedDeployment extends RemediationDeployment {
  readonly key: string;
}

/** Newest first, behind a position. */
export function listRemediationDeployments(
  { store }: Pick<Services, 'store'>,
  id: string,
  top: number,
  after: { readonly time: number; readonly key: string } | undefined,
): readonly ListedDeployment[] {
  const found = store.documents.list({
    collection: remediationDeploymentCollection,
    parent: armIdKey(id),
    top,
    ...(after === undefined ? {} : { after }),
  });
  return found.map((document) => ({ ...remediationDeploymentOf(document), key: document.key }));
}
