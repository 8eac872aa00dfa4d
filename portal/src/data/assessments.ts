/** Recommendations as the server shows them. */
import { useQuery } from '@tanstack/react-query';
import { armPath, idParts, type Resource } from '../api/arm.ts';
import { readAll } from './scope.ts';

export interface Metadata {
  readonly displayName?: string;
  readonly severity?: string;
  readonly description?: string;
  readonly remediationDescription?: string;
}

export interface AssessmentProperties {
  readonly displayName: string;
  readonly status: {
    readonly code: string;
    readonly cause?: string;
    readonly description?: string;
    readonly firstEvaluationDate?: string;
    readonly statusChangeDate?: string;
  };
  readonly resourceDetails?: { readonly id?: string; readonly Id?: string; readonly resourceName?: string };
  readonly metadata?: Metadata;
  readonly additionalData?: Readonly<Record<string, unknown>>;
}

export type Assessment = Resource<AssessmentProperties>;

/** The resource it is about: named in its details, else by its own id. */
export function resourceOf({ id, properties }: Assessment): { readonly name: string; readonly id?: string } {
  const { id: given, Id: other, resourceName } = properties.resourceDetails ?? {};
  const resource = given ?? other ?? id.replace(/\/providers\/Microsoft\.Security\/assessments\/[^/]+$/i, '');
  return { id: resource, name: resourceName ?? idParts(resource).name };
}

/** What is known of recommendations, by their keys in lower case. */
export function useMetadata(): ReadonlyMap<string, Metadata> {
  const { data } = useQuery({
    queryKey: ['assessmentMetadata', 'map'],
    queryFn: async ({ signal }) => {
      const path = armPath('/providers/Microsoft.Security/assessmentMetadata', 'microsoft.security/assessmentmetadata');
      const all = await readAll<Resource<Metadata>>(path, signal);
      return new Map(all.map(({ name, properties }) => [name.toLowerCase(), properties]));
    },
    staleTime: 300_000,
  });
  return data ?? new Map();
}
