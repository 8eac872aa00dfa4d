/** Parameters of the workflow: declared in the definition, given values beside it. Source: engine reference 1.1; portal reference 5.1. */
import type { Doc, Edit } from '../document.ts';
import { type Json, looseMemberOf, textOf } from '../json-tree.ts';
import { type JsonData, type JsonRecord, valueOf } from '../json-value.ts';
import { problem, type Result } from '../problem.ts';
import { changeAt } from '../text-edits.ts';

export interface WorkflowParameter {
  readonly name: string;
  readonly type: string;
  readonly defaultValue: JsonData | undefined;
  /** What stands beside the definition. */
  readonly value: JsonData | undefined;
}

export const parameterTypes = [
  'String',
  'SecureString',
  'Int',
  'Float',
  'Bool',
  'Array',
  'Object',
  'SecureObject',
] as const;

const declarations = (doc: Doc): Json | undefined => looseMemberOf(doc.definition, 'parameters')?.value;

/** All but the connections, in the order of the text. */
export function workflowParameters(doc: Doc): readonly WorkflowParameter[] {
  const declared = declarations(doc);
  if (declared?.kind !== 'object') return [];
  const given = doc.definition === doc.tree ? undefined : looseMemberOf(doc.tree, 'parameters')?.value;
  return declared.members.flatMap(({ key, value }) => {
    if (key === '$connections') return [];
    const fallback = looseMemberOf(value, 'defaultValue')?.value;
    const own = looseMemberOf(looseMemberOf(given, key)?.value, 'value')?.value;
    return [
      {
        name: key,
        type: textOf(looseMemberOf(value, 'type')?.value) ?? 'String',
        defaultValue: fallback === undefined ? undefined : valueOf(fallback),
        value: own === undefined ? undefined : valueOf(own),
      },
    ];
  });
}

/** Declares a parameter, or changes what is declared of it; what else its declaration holds stays. */
export function setParameter(
  doc: Doc,
  name: string,
  part: { readonly type?: string; readonly defaultValue?: JsonData | undefined },
): Result<Edit> {
  if (!/^[A-Za-z_$][\w$ -]{0,79}$/.test(name)) return { ok: false, problems: [problem('ParameterName', { name })] };
  const known = looseMemberOf(declarations(doc), name)?.value;
  if (known === undefined) {
    const { type = 'String', defaultValue } = part;
    const value: JsonRecord = { type, ...(defaultValue === undefined ? {} : { defaultValue }) };
    const patches = changeAt(doc, doc.definition, ['parameters', name], value);
    return { ok: true, value: { label: `add parameter ${name}`, patches } };
  }
  const patches = [
    ...('type' in part ? changeAt(doc, known, ['type'], part.type) : []),
    ...('defaultValue' in part ? changeAt(doc, known, ['defaultValue'], part.defaultValue) : []),
  ];
  return { ok: true, value: { label: `change parameter ${name}`, patches, coalesce: `parameter ${name}` } };
}

/** Gives a parameter its value beside the definition, or takes it away. */
export function setParameterValue(doc: Doc, name: string, value: JsonData | undefined): Result<Edit> {
  if (doc.definition === doc.tree) return { ok: false, problems: [problem('NodeMissing', { path: name })] };
  const names = value === undefined ? ['parameters', name] : ['parameters', name, 'value'];
  const patches = changeAt(doc, doc.tree, names, value);
  return { ok: true, value: { label: `change the value of ${name}`, patches, coalesce: `value ${name}` } };
}

/** Takes a parameter away with its value. */
export function removeParameter(doc: Doc, name: string): Result<Edit> {
  const beside = doc.definition === doc.tree ? [] : changeAt(doc, doc.tree, ['parameters', name], undefined);
  const patches = [...changeAt(doc, doc.definition, ['parameters', name], undefined), ...beside];
  return { ok: true, value: { label: `remove parameter ${name}`, patches } };
}

/** Takes the entry of a connection away from `$connections`. */
export function removeConnection(doc: Doc, key: string): Result<Edit> {
  const patches = changeAt(doc, doc.tree, ['parameters', '$connections', 'value', key], undefined);
  return { ok: true, value: { label: `remove connection ${key}`, patches } };
}
