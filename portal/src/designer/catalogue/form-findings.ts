/**
 * What forms find wrong that the server's judgement of a definition does not: fields that are not filled in.
 *
 * Invariant
 * FF1. Only what the form of an operation that is known asks for; a step whose form was not read yet has none.
 *
 * Source: portal reference 5.11.
 */
import type { Doc } from '../core/document.ts';
import type { Graph } from '../core/graph.ts';
import type { Finding } from '../core/validate.ts';
import { operationOfNode } from './catalogue.ts';
import { fieldValue } from './field-value.ts';
import type { Operation } from './operation.ts';

export function formFindings(operations: readonly Operation[], doc: Doc, graph: Graph): readonly Finding[] {
  const found: Finding[] = [];
  for (const node of graph.nodes.values()) {
    const { path } = node;
    const operation = operationOfNode(operations, doc, node);
    for (const field of operation?.fields ?? []) {
      if (field.required !== true || operation === undefined) continue;
      const value = fieldValue(operation, field, node.json);
      if (value !== undefined && value !== '') continue;
      const message = `'${field.label}' is required.`;
      found.push({ code: 'FieldRequired', message, severity: 'error', path, at: field.at });
    }
  }
  return found;
}
