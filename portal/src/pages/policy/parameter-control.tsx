/** The control of one parameter of a policy, by its type. Source: portal reference 4.3. */
import { Input, Textarea } from '@fluentui/react-components';
import type { ReactElement } from 'react';
import { idParts } from '../../api/arm.ts';
import { useLocations, useResourceTypes } from '../../data/locations.ts';
import { type Choice, ChooseMany, ChooseOne } from '../../design/choices.tsx';
import { listOfText, type ParameterField } from '../../model/policy-parameters.ts';
import { useResourceGroups } from '../../data/scope.ts';
import { ResourcePicker } from './resource-picker.tsx';

export interface ParameterControlProps {
  readonly field: ParameterField;
  /** What it shows. */
  readonly text: string;
  readonly onChange: (text: string) => void;
  /** The scope of the assignment. */
  readonly scope: string;
  /** Why allowed values cannot be chosen, by value. */
  readonly refused?: (value: string) => string | undefined;
}

const word = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

export function ParameterControl(props: ParameterControlProps): ReactElement {
  const { field, text, onChange } = props;
  switch (field.kind) {
    case 'choice':
      return <AllowedValues {...props} />;
    case 'choices':
      return (
        <Several
          {...props}
          choices={(field.declaration.allowedValues ?? []).map((value) => ({ value: word(value), text: word(value) }))}
          valueOf={(chosen) => (field.declaration.allowedValues ?? []).find((each) => word(each) === chosen)}
        />
      );
    case 'boolean':
      return (
        <ChooseOne
          label={field.label}
          choices={['true', 'false'].map((value) => ({ value, text: value }))}
          value={text}
          onChange={onChange}
        />
      );
    case 'location':
      return <LocationChoice {...props} />;
    case 'locations':
      return <Locations {...props} />;
    case 'resourceTypes':
      return <ResourceTypes {...props} />;
    case 'resourceGroup':
      return <ResourceGroups {...props} />;
    case 'resource':
      return <ResourcePicker label={field.label} type={field.resourceType ?? ''} value={text} onChange={onChange} />;
    case 'resources':
      return (
        <ResourcePicker
          label={field.label}
          type={field.resourceType ?? ''}
          values={listOfText(text).map(word)}
          onChangeAll={(ids) => onChange(JSON.stringify(ids))}
        />
      );
    case 'json':
      return (
        <Textarea
          aria-label={field.label}
          className="json-input"
          resize="vertical"
          rows={/^array$/i.test(field.declaration.type) ? 3 : 6}
          textarea={{ spellCheck: false }}
          placeholder={/^array$/i.test(field.declaration.type) ? '["one", "two"]' : '{ "name": "value" }'}
          value={text}
          onChange={(_, { value }) => onChange(value)}
        />
      );
    default:
      return (
        <Input
          aria-label={field.label}
          inputMode={field.kind === 'number' ? 'decimal' : 'text'}
          placeholder={field.kind === 'time' ? '2030-01-01T00:00:00Z' : ''}
          value={text}
          onChange={(_, { value }) => onChange(value)}
        />
      );
  }
}

/** One of the allowed values; the ones that do not fit are greyed with the reason. */
function AllowedValues({ field, text, onChange, refused }: ParameterControlProps): ReactElement {
  const isPlain = /^(?:string|datetime)$/i.test(field.declaration.type);
  const choices = (field.declaration.allowedValues ?? []).map((value): Choice => {
    const reason = refused?.(word(value));
    const key = isPlain ? word(value) : JSON.stringify(value);
    return { value: key, text: word(value), note: reason, disabled: reason !== undefined };
  });
  const chosen = choices.find(({ value }) => value.toLowerCase() === text.toLowerCase());
  return <ChooseOne label={field.label} choices={choices} value={chosen?.value ?? text} onChange={onChange} />;
}

interface SeveralProps extends ParameterControlProps {
  readonly choices: readonly Choice[];
  readonly valueOf?: (chosen: string) => unknown;
}

function Several({ field, text, onChange, choices, valueOf }: SeveralProps): ReactElement {
  const chosen = listOfText(text).map((each) => word(each).toLowerCase());
  const known = choices.filter(({ value }) => chosen.includes(value.toLowerCase())).map(({ value }) => value);
  // What is chosen already but not offered stays, and can be taken away.
  const others = listOfText(text)
    .map(word)
    .filter((each) => !choices.some(({ value }) => value.toLowerCase() === each.toLowerCase()));
  return (
    <ChooseMany
      label={field.label}
      choices={[...choices, ...others.map((value) => ({ value, text: value }))]}
      values={[...known, ...others]}
      allText="All selected"
      onChange={(values) => onChange(JSON.stringify(values.map((each) => valueOf?.(each) ?? each)))}
    />
  );
}

function LocationChoice({ field, text, onChange }: ParameterControlProps): ReactElement {
  const locations = useLocations();
  return (
    <ChooseOne
      label={field.label}
      choices={locations.map(({ name, displayName }) => ({ value: name, text: displayName }))}
      value={text}
      onChange={onChange}
    />
  );
}

function Locations(props: ParameterControlProps): ReactElement {
  const locations = useLocations();
  return (
    <Several {...props} choices={locations.map(({ name, displayName }) => ({ value: name, text: displayName }))} />
  );
}

function ResourceTypes(props: ParameterControlProps): ReactElement {
  const types = useResourceTypes(true);
  return <Several {...props} choices={types.map((value) => ({ value, text: value }))} />;
}

function ResourceGroups({ field, text, onChange, scope }: ParameterControlProps): ReactElement {
  const groups = useResourceGroups(idParts(scope).subscriptionId);
  return (
    <ChooseOne
      label={field.label}
      choices={groups.map(({ name }) => ({ value: name, text: name }))}
      value={text}
      onChange={onChange}
    />
  );
}
