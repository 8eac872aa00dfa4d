/**
 * Example answers of connector operations: what a sandboxed connection gives when no mock says otherwise.
 *
 * Owns: finding the operation of a call. Does not own: the examples (`operation-examples.data.ts`), mocks (`#service`).
 * Source: connectors reference 1.1, 1.2 (operations are keyed by API, method and path skeleton, ignoring case).
 */
import type { OperationExample } from './operation-example.ts';
import { operationExamples } from './operation-examples.data.ts';

interface Indexed {
  readonly segments: readonly string[];
  readonly example: OperationExample;
}

const byApi = new Map<string, Indexed[]>();
for (const example of operationExamples) {
  const list = byApi.get(example.api) ?? [];
  list.push({ segments: segmentsOf(example.path), example });
  byApi.set(example.api, list);
}

function segmentsOf(path: string): readonly string[] {
  return path.toLowerCase().split('/').filter(Boolean);
}

/** The published operation a call means, literal segments before placeholders; undefined when it is not in the table. */
export function findOperation(api: string, method: string, path: string): OperationExample | undefined {
  const wanted = segmentsOf(path);
  const verb = method.toUpperCase();
  const fitting = (byApi.get(api.toLowerCase()) ?? []).filter(
    ({ segments, example }) =>
      example.method === verb &&
      segments.length === wanted.length &&
      segments.every((segment, index) => segment.startsWith('{') || segment === wanted[index]),
  );
  const placeholders = (one: Indexed) => one.segments.filter((segment) => segment.startsWith('{')).length;
  return fitting.sort((left, right) => placeholders(left) - placeholders(right))[0]?.example;
}
