/** Assign policy › Parameters: a field for each, explained by the definition's own words. Source: portal reference 4.3. */
import { Checkbox, Link } from '@fluentui/react-components';
import type { ReactElement } from 'react';
import { Empty } from '../../design/states.tsx';
import { needsInput, type ParameterField, readField, shownText } from '../../model/policy-parameters.ts';
import { ExplainedField } from '../../parts/information.tsx';
import type { Assign } from './assign-context.ts';
import { ParameterControl } from './parameter-control.tsx';

export function Parameters({ assign }: { readonly assign: Assign }): ReactElement {
  const { form, change, fields, context } = assign;
  if (fields.length === 0) return <Empty text="This definition has no parameters." />;
  const shown = fields.filter(
    (field) => !form.onlyNeeded || needsInput(field, form.texts) || context.parameterFaults[field.name] !== undefined,
  );
  const hidden = fields.length - shown.length;
  return (
    <div className="stack form">
      <Checkbox
        label="Only show parameters that need input or review"
        checked={form.onlyNeeded}
        onChange={(_, { checked }) => change({ onlyNeeded: checked === true })}
      />
      {shown.map((field) => (
        <Parameter key={field.name} field={field} assign={assign} />
      ))}
      <p role="status" className="help">
        {hidden === 0
          ? ''
          : `${hidden === 1 ? '1 parameter has' : `${hidden} parameters have`} a default and ${hidden === 1 ? 'is' : 'are'} not shown.`}
        {shown.length === 0 ? ' Nothing needs your input.' : ''}
      </p>
    </div>
  );
}

interface ParameterProps {
  readonly field: ParameterField;
  readonly assign: Assign;
}

function Parameter({ field, assign }: ParameterProps): ReactElement {
  const { form, change, context, isTried, triggerRefused } = assign;
  const given = form.texts[field.name];
  const read = readField(field, form.texts);
  // A field that was filled in wrongly says so at once; an empty one when creating was tried.
  const fault = 'fault' in read && (isTried || (given !== undefined && given.trim() !== '')) ? read.fault : undefined;
  const own = context.parameterFaults[field.name];
  const set = (text: string): void => change({ texts: { ...form.texts, [field.name]: text } });
  const reset = (): void => {
    const { [field.name]: _gone, ...rest } = form.texts;
    change({ texts: rest });
  };
  return (
    <div>
      <ExplainedField
        label={field.label}
        description={field.description}
        required={field.required}
        fault={fault ?? own}
      >
        <ParameterControl
          field={field}
          text={shownText(field, form.texts)}
          onChange={set}
          scope={form.scope}
          refused={(value) => triggerRefused(field, value)}
        />
      </ExplainedField>
      {field.required || given === undefined ? null : (
        <Link as="button" className="reset" onClick={reset} aria-label={`Back to the default of ${field.label}`}>
          Back to the default
        </Link>
      )}
    </div>
  );
}
