/** Log workspaces, their tables, and queries over them or Resource Graph. Source: connectors reference 3.4 and 6. */
import { useQuery } from '@tanstack/react-query';
import type { ArmError } from '../api/arm-error.ts';
import { idParts, type Page } from '../api/arm.ts';
import { call, read } from '../api/http.ts';
import type { QueryMode, SchemaFunction, SchemaTable } from '../model/log-schema.ts';
import { parseExactly, type QueryResult, type ResultColumn } from '../model/query-result.ts';
import { askGraph, graphPath } from './resource-graph.ts';

export interface LogWorkspace {
  readonly id: string;
  readonly name: string;
}

export const workspacePath = (id: string): string => `${id}?api-version=2022-10-01`;

/** Workspaces that have a resource, and those that automations write to. */
export function useWorkspaces(subscriptions: readonly string[]) {
  return useQuery<readonly LogWorkspace[], ArmError>({
    queryKey: ['logWorkspaces', subscriptions],
    queryFn: async ({ signal }) => {
      const [made, written] = await Promise.all([
        askGraph<{ readonly id: string }>(
          "resources | where type =~ 'microsoft.operationalinsights/workspaces' | project id",
          subscriptions,
          signal,
        ),
        read<Page<{ readonly workspaceResourceId: string }>>('/tocsin/v1/logTables?$top=1000', signal),
      ]);
      const ids = [...made.map(({ id }) => id), ...written.value.map((table) => table.workspaceResourceId)];
      const unique = new Map(ids.map((id) => [id.toLowerCase(), { id, name: idParts(id).name }]));
      return [...unique.values()].toSorted((left, right) => left.name.localeCompare(right.name));
    },
    enabled: subscriptions.length > 0,
  });
}

interface Metadata {
  readonly tables: readonly SchemaTable[];
  readonly functions?: readonly SchemaFunction[];
}

/** The tables and functions of a workspace. */
export function useMetadata(workspace: string | undefined) {
  return useQuery<Metadata, ArmError>({
    queryKey: ['logSchema', workspace],
    queryFn: ({ signal }) => read<Metadata>(`/v1${workspace}/metadata`, signal),
    enabled: workspace !== undefined,
    staleTime: 60_000,
  });
}

export interface Question {
  readonly mode: QueryMode;
  readonly text: string;
  readonly workspace: string;
  /** ISO 8601; undefined for all times. */
  readonly timespan: string | undefined;
  readonly subscriptions: readonly string[];
  readonly most: number;
}

/** @throws ArmError whose `raw` says where the fault of the query is */
export function runQuery(question: Question, signal: AbortSignal): Promise<QueryResult> {
  return question.mode === 'graph' ? runGraphQuery(question, signal) : runLogQuery(question, signal);
}

interface LogAnswer {
  readonly tables: readonly {
    readonly columns: readonly ResultColumn[];
    readonly rows: readonly (readonly unknown[])[];
  }[];
  readonly render?: Readonly<Record<string, string>>;
  readonly error?: { readonly details?: readonly { readonly innererror?: { readonly message?: string } }[] };
}

async function runLogQuery({ text, workspace, timespan }: Question, signal: AbortSignal): Promise<QueryResult> {
  const answer = await call<LogAnswer>('POST', `/v1${workspace}/query`, {
    body: { query: text, ...(timespan === undefined ? {} : { timespan }) },
    headers: { prefer: 'include-render=true' },
    signal,
  });
  const { tables, render, error } = parseExactly(answer.text) as LogAnswer;
  const partial = error?.details?.[0]?.innererror?.message;
  return {
    columns: tables[0]?.columns ?? [],
    rows: tables[0]?.rows ?? [],
    ...(render === undefined || Object.keys(render).length === 0 ? {} : { drawing: render }),
    ...(partial === undefined ? {} : { partial }),
  };
}

interface GraphAnswer {
  readonly data: { readonly columns: readonly ResultColumn[]; readonly rows: readonly (readonly unknown[])[] };
  readonly $skipToken?: string;
  readonly resultTruncated?: string;
}

/** Resource Graph leaves drawing to whoever asks. */
async function runGraphQuery({ text, subscriptions, most }: Question, signal: AbortSignal): Promise<QueryResult> {
  const drawing = /\|\s*render\s+(\w+)/i.exec(text)?.[1];
  const rows: (readonly unknown[])[] = [];
  let columns: readonly ResultColumn[] = [];
  let token: string | undefined;
  let truncated = false;
  do {
    const options = {
      resultFormat: 'table',
      $top: Math.min(1000, most - rows.length),
      ...(token === undefined ? {} : { $skipToken: token }),
    };
    const answer = await call<GraphAnswer>('POST', graphPath, {
      body: { query: text, subscriptions, options },
      signal,
    });
    const body = parseExactly(answer.text) as GraphAnswer;
    columns = body.data.columns.map(({ name, type }) => ({ name, type: type === 'object' ? 'dynamic' : type }));
    rows.push(...body.data.rows);
    token = body.$skipToken;
    truncated = body.resultTruncated === 'true';
  } while (token !== undefined && rows.length < most);
  const partial =
    token !== undefined || truncated
      ? `The first ${rows.length.toLocaleString('en')} rows; there are more.`
      : undefined;
  return {
    columns,
    rows,
    ...(drawing === undefined ? {} : { drawing: { visualization: drawing } }),
    ...(partial === undefined ? {} : { partial }),
  };
}
