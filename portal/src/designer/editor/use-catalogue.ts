/**
 * What the picker offers and forms are made of, as the server lists it.
 *
 * Owns: reading lists once and documents when they are needed. Does not own: what they mean (`catalogue`).
 *
 * Invariant
 * UC1. The drawing waits for none of it; a document is read when the workflow uses its connector, or one of its operations is chosen
 *      (portal reference 5.12).
 */
import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import type { Workflow } from '../../data/workflows.ts';
import { apiOf, catalogueOf, type ListedOperation } from '../catalogue/catalogue.ts';
import type { ApiDocument } from '../catalogue/connector-forms.ts';
import type { Operation } from '../catalogue/operation.ts';
import { type Api, readApis, readDocument, readListed } from '../connections.ts';
import type { EditorState } from './session.ts';

export interface Catalogue {
  readonly apis: readonly Api[];
  readonly operations: readonly Operation[];
  /** The operation with its form. @throws ArmError where the connector's document cannot be read. */
  readonly formed: (operation: Operation) => Promise<Operation>;
}

const noApis: readonly Api[] = [];
const noOperations: readonly ListedOperation[] = [];

export function useCatalogue(workflow: Workflow, { doc, graph }: Pick<EditorState, 'doc' | 'graph'>): Catalogue {
  const client = useQueryClient();
  const known = { staleTime: Number.POSITIVE_INFINITY };
  const { data: apis = noApis } = useQuery<readonly Api[], ArmError>({
    queryKey: ['managedApis', workflow.id, workflow.location],
    queryFn: ({ signal }) => readApis(workflow, signal),
    ...known,
  });
  const { data: listed = noOperations } = useQuery<readonly ListedOperation[], ArmError>({
    queryKey: ['apiOperations', workflow.id, workflow.location],
    queryFn: ({ signal }) => readListed(workflow, signal),
    ...known,
  });
  const used = useMemo(() => {
    const names = new Set([...graph.nodes.values()].flatMap((node) => apiOf(doc, node) ?? []));
    return apis.filter(({ name }) => names.has(name));
  }, [apis, doc, graph]);
  const query = (api: Api) => ({
    queryKey: ['apiDocument', api.id],
    queryFn: ({ signal }: { readonly signal: AbortSignal }) => readDocument(api, signal),
    ...known,
  });
  const read = useQueries({ queries: used.map(query) });
  const stamp = read.map(({ dataUpdatedAt }) => dataUpdatedAt).join();
  const operations = useMemo(() => {
    const documents = new Map<string, ApiDocument>();
    for (const { name, id } of used) {
      const document = client.getQueryData<ApiDocument>(['apiDocument', id]);
      if (document !== undefined) documents.set(name, document);
    }
    return catalogueOf(apis, listed, documents);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- what was read stands in the client; the stamp says that it changed.
  }, [apis, listed, used, stamp, client]);
  const formed = async (operation: Operation): Promise<Operation> => {
    const api = apis.find(({ name }) => name === operation.api);
    if (operation.builtIn || api === undefined) return operation;
    const document = await client.fetchQuery(query(api));
    const mine = listed.filter(({ properties }) => properties.api.name.toLowerCase() === api.name);
    return catalogueOf([], mine, new Map([[api.name, document]])).find(({ id }) => id === operation.id) ?? operation;
  };
  return { apis, operations, formed };
}
