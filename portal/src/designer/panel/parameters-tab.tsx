/** The form of a step. Source: portal reference 5.5, 5.7. */
import { Button } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { pathFormOf } from '../catalogue/catalogue.ts';
import { readAt } from '../catalogue/field-value.ts';
import { readPath, writePath } from '../catalogue/operation-path.ts';
import type { Field, Operation } from '../catalogue/operation.ts';
import { type Doc, type Edit, type Path, valueAt } from '../core/document.ts';
import { toText } from '../core/field-text.ts';
import type { NodeInfo } from '../core/graph.ts';
import type { Json } from '../core/json-tree.ts';
import type { JsonData } from '../core/json-value.ts';
import { setValue } from '../core/operations/set-value.ts';
import type { Result } from '../core/problem.ts';
import type { Finding } from '../core/validate.ts';
import type { EditorSession } from '../editor/session.ts';
import { FieldEditor } from './field-editors.tsx';
import type { FieldTools } from './field-tools.ts';

/** Writes the expression of a loop's item into a field of a step. */
export type LoopedField = (doc: Doc, path: Path, expression: string) => Result<Edit>;

export interface ParametersTabProps {
  readonly session: EditorSession;
  readonly doc: Doc;
  readonly node: NodeInfo;
  readonly operation: Operation | undefined;
  readonly tools: FieldTools;
  readonly findings: readonly Finding[];
  readonly onLoop: (over: string, member: string, apply: LoopedField) => void;
}

export function ParametersTab(props: ParametersTabProps): ReactElement {
  const { session, doc, node, operation, tools, findings, onLoop } = props;
  const [all, setAll] = useState(false);
  const json = valueAt(doc, node.path);
  const fields = operation?.fields ?? plainFields(node);
  const shown = fields.filter((field) => all || field.advanced !== true || readAt(json, field.at) !== undefined);
  const used = new Set<Finding>();
  const faultAt = (field: Field): string | undefined => {
    const mine = findings.filter(
      ({ at, severity }) =>
        severity === 'error' &&
        at.length >= field.at.length &&
        field.at.every((name, index) => at[index]?.toLowerCase() === name.toLowerCase()),
    );
    for (const each of mine) used.add(each);
    return mine[0]?.message;
  };
  const editors = shown.map((field) => (
    <OneField
      key={`${node.path} ${field.at.join('/')} ${field.parameter ?? ''}`}
      field={field}
      operation={operation}
      json={json}
      fault={faultAt(field)}
      tools={tools}
      onChange={(names, value) => session.change((now) => setValue(now, node.path, names, value))}
      onLoop={(over, member, names, write) =>
        onLoop(over, member, (now, path, expression) => setValue(now, path, names, write(expression)))
      }
    />
  ));
  const others = findings.filter((finding) => !used.has(finding));
  return (
    <div className="fields">
      {others.map(({ message, code }) => (
        <p key={`${code} ${message}`} className="field-fault" role="alert">
          {message}
        </p>
      ))}
      {fields.length === 0 ? <p className="muted">This step has no parameters.</p> : null}
      {editors}
      {fields.some(({ advanced }) => advanced === true) ? (
        <Button size="small" onClick={() => setAll(!all)}>
          {all ? 'Hide empty advanced parameters' : 'Show all advanced parameters'}
        </Button>
      ) : null}
    </div>
  );
}

/** Where the catalogue does not know a step: its inputs as JSON. */
function plainFields({ type }: NodeInfo): readonly Field[] {
  const inputs: Field = { label: 'Inputs', at: ['inputs'], kind: 'json' };
  return type.toLowerCase() === 'if' ? [{ label: 'Condition', at: ['expression'], kind: 'condition' }] : [inputs];
}

interface OneFieldProps {
  readonly field: Field;
  readonly operation: Operation | undefined;
  readonly json: Json | undefined;
  readonly fault: string | undefined;
  readonly tools: FieldTools;
  readonly onChange: (names: readonly string[], value: JsonData | undefined) => void;
  readonly onLoop: (
    over: string,
    member: string,
    names: readonly string[],
    write: (expression: string) => JsonData,
  ) => void;
}

function OneField({ field, operation, json, fault, tools, onChange, onLoop }: OneFieldProps): ReactElement {
  const value = readAt(json, field.at);
  if (field.parameter === undefined || operation === undefined) {
    return (
      <FieldEditor
        field={field}
        value={value}
        fault={fault}
        tools={tools}
        onChange={(next) => onChange(field.at, next)}
        onLoop={(over, member, write) => onLoop(over, member, field.at, write)}
      />
    );
  }
  const { parameter } = field;
  const form = pathFormOf(operation);
  const values = readPath(form, toText(value)) ?? {};
  const path = (next: JsonData | undefined): string => writePath(form, { ...values, [parameter]: toText(next) });
  return (
    <FieldEditor
      field={field}
      value={values[parameter] ?? ''}
      fault={fault}
      tools={tools}
      onChange={(next) => onChange(field.at, path(next))}
      onLoop={(over, member, write) => onLoop(over, member, field.at, (expression) => path(write(expression)))}
    />
  );
}
