/** Assign policy › Basics: for which resources it is in force, and where its effect is another. Source: policy reference 12. */
import { Button, Dropdown, Field, Input, Option } from '@fluentui/react-components';
import { AddRegular, DeleteRegular } from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import { useLocations, useResourceTypes } from '../../data/locations.ts';
import { type Choice, ChooseMany, ChooseOne } from '../../design/choices.tsx';
import { titleOf } from '../../model/policy-definition.ts';
import {
  mostSelectors,
  overrideEffects,
  type OverrideForm,
  type ResourceSelectorForm,
  type SelectorForm,
  type SelectorKind,
  selectorKinds,
} from '../../model/policy-selectors.ts';
import type { Assign } from './assign-context.ts';

const ofResources: readonly SelectorKind[] = ['resourceLocation', 'resourceType', 'resourceWithoutLocation'];

export function Selectors({ assign }: { readonly assign: Assign }): ReactElement {
  const { form, change, faults, isTried } = assign;
  const { resourceSelectors, overrides } = form;
  const shown = isTried ? faults.filter(({ field }) => field === 'Selectors') : [];
  const setResource = (index: number, next: ResourceSelectorForm | undefined): void =>
    change({ resourceSelectors: replaced(resourceSelectors, index, next) });
  const setOverride = (index: number, next: OverrideForm | undefined): void =>
    change({ overrides: replaced(overrides, index, next) });
  return (
    <>
      <section aria-label="Resource selectors" className="stack">
        <h2>Resource selectors</h2>
        <p className="help">
          Roll a policy out by location or type. Without any it is in force for every resource of the scope.
        </p>
        {resourceSelectors.map((each, index) => (
          <ResourceSelector key={index} form={each} at={index + 1} onChange={(next) => setResource(index, next)} />
        ))}
        <Add
          text="Add a resource selector"
          isFull={resourceSelectors.length >= mostSelectors}
          onAdd={() =>
            change({
              resourceSelectors: [
                ...resourceSelectors,
                { name: '', selectors: [{ kind: 'resourceLocation', operator: 'in', values: [] }], others: {} },
              ],
            })
          }
        />
      </section>
      <section aria-label="Overrides" className="stack">
        <h2>Overrides</h2>
        <p className="help">Another effect or version for some of what is assigned. The first that fits counts.</p>
        {overrides.map((each, index) => (
          <Override
            key={index}
            form={each}
            at={index + 1}
            assign={assign}
            onChange={(next) => setOverride(index, next)}
          />
        ))}
        <Add
          text="Add an override"
          isFull={overrides.length >= mostSelectors}
          onAdd={() =>
            change({ overrides: [...overrides, { kind: 'policyEffect', value: '', selectors: [], others: {} }] })
          }
        />
      </section>
      {shown.length === 0 ? null : (
        <ul className="faults" aria-label="What is wrong with selectors">
          {shown.map(({ text }) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
    </>
  );
}

const replaced = <T,>(all: readonly T[], index: number, next: T | undefined): readonly T[] =>
  next === undefined ? all.toSpliced(index, 1) : all.with(index, next);

interface AddProps {
  readonly text: string;
  readonly isFull: boolean;
  readonly onAdd: () => void;
}

function Add({ text, isFull, onAdd }: AddProps): ReactElement {
  return (
    <div>
      <Button
        size="small"
        icon={<AddRegular />}
        disabledFocusable={isFull}
        onClick={() => (isFull ? undefined : onAdd())}
      >
        {text}
      </Button>
    </div>
  );
}

interface ResourceSelectorProps {
  readonly form: ResourceSelectorForm;
  readonly at: number;
  /** Undefined takes it away. */
  readonly onChange: (form: ResourceSelectorForm | undefined) => void;
}

function ResourceSelector({ form, at, onChange }: ResourceSelectorProps): ReactElement {
  const what = `Resource selector ${at}`;
  return (
    <fieldset className="card stack" aria-label={what}>
      <Field label="Resource selector name" required>
        <Input
          aria-label={`${what} name`}
          value={form.name}
          onChange={(_, { value }) => onChange({ ...form, name: value })}
        />
      </Field>
      <Rows
        what={what}
        kinds={ofResources}
        selectors={form.selectors}
        onChange={(selectors) => onChange({ ...form, selectors })}
        members={[]}
      />
      <Remove what={what} onRemove={() => onChange(undefined)} />
    </fieldset>
  );
}

interface OverrideProps {
  readonly form: OverrideForm;
  readonly at: number;
  readonly assign: Assign;
  readonly onChange: (form: OverrideForm | undefined) => void;
}

function Override({ form, at, assign, onChange }: OverrideProps): ReactElement {
  const what = `Override ${at}`;
  const members = assign.context.rules
    .filter(({ referenceId }) => referenceId !== '')
    .map(({ referenceId, definition }) => ({ value: referenceId, text: `${titleOf(definition)} (${referenceId})` }));
  const kinds: readonly SelectorKind[] =
    members.length === 0 ? ['resourceLocation'] : ['policyDefinitionReferenceId', 'resourceLocation'];
  return (
    <fieldset className="card stack" aria-label={what}>
      <div className="form-two">
        <Field label="What it overrides">
          <ChooseOne
            label={`${what} kind`}
            choices={[
              { value: 'policyEffect', text: 'Policy effect' },
              { value: 'definitionVersion', text: 'Definition version' },
            ]}
            value={form.kind}
            onChange={(kind) =>
              onChange({
                ...form,
                kind: kind === 'definitionVersion' ? 'definitionVersion' : 'policyEffect',
                value: '',
              })
            }
          />
        </Field>
        <Field label={form.kind === 'policyEffect' ? 'Effect' : 'Version'} required>
          {form.kind === 'policyEffect' ? (
            <ChooseOne
              label={`${what} effect`}
              choices={overrideEffects.map((value) => ({ value, text: value }))}
              value={overrideEffects.find((each) => each.toLowerCase() === form.value.toLowerCase()) ?? form.value}
              onChange={(value) => onChange({ ...form, value })}
            />
          ) : (
            <Input
              aria-label={`${what} version`}
              placeholder="1.*.*"
              value={form.value}
              onChange={(_, { value }) => onChange({ ...form, value })}
            />
          )}
        </Field>
      </div>
      <Rows
        what={what}
        kinds={kinds}
        selectors={form.selectors}
        onChange={(selectors) => onChange({ ...form, selectors })}
        members={members}
      />
      <Remove what={what} onRemove={() => onChange(undefined)} />
    </fieldset>
  );
}

function Remove({ what, onRemove }: { readonly what: string; readonly onRemove: () => void }): ReactElement {
  return (
    <div>
      <Button
        size="small"
        appearance="subtle"
        icon={<DeleteRegular />}
        aria-label={`Remove ${what}`}
        onClick={onRemove}
      >
        Remove
      </Button>
    </div>
  );
}

interface RowsProps {
  readonly what: string;
  readonly kinds: readonly SelectorKind[];
  readonly selectors: readonly SelectorForm[];
  readonly members: readonly Choice[];
  readonly onChange: (selectors: readonly SelectorForm[]) => void;
}

/** All of them must fit. A kind is there once. */
function Rows({ what, kinds, selectors, members, onChange }: RowsProps): ReactElement {
  const free = kinds.filter((kind) => !selectors.some((each) => each.kind === kind));
  return (
    <>
      {selectors.map((selector, index) => (
        <Row
          key={selector.kind}
          what={what}
          selector={selector}
          kinds={[selector.kind, ...free]}
          members={members}
          onChange={(next) => onChange(replaced(selectors, index, next))}
        />
      ))}
      {free[0] === undefined ? null : (
        <div>
          <Button
            size="small"
            appearance="transparent"
            icon={<AddRegular />}
            aria-label={`Narrow by ${selectorKinds[free[0]].toLowerCase()}: ${what}`}
            onClick={() =>
              onChange([...selectors, { kind: free[0] ?? 'resourceLocation', operator: 'in', values: [] }])
            }
          >
            Narrow by {selectorKinds[free[0]].toLowerCase()}
          </Button>
        </div>
      )}
    </>
  );
}

interface RowProps {
  readonly what: string;
  readonly selector: SelectorForm;
  readonly kinds: readonly SelectorKind[];
  readonly members: readonly Choice[];
  readonly onChange: (selector: SelectorForm | undefined) => void;
}

function Row({ what, selector, kinds, members, onChange }: RowProps): ReactElement {
  const locations = useLocations();
  const types = useResourceTypes(selector.kind === 'resourceType');
  const name = selectorKinds[selector.kind];
  const known: Readonly<Record<SelectorKind, readonly Choice[]>> = {
    resourceLocation: locations.map(({ name: value, displayName: text }) => ({ value, text })),
    resourceType: types.map((value) => ({ value, text: value })),
    resourceWithoutLocation: [],
    policyDefinitionReferenceId: members,
  };
  const choices = withChosen(known[selector.kind], selector.values);
  return (
    <div className="selector-row">
      <ChooseOne
        label={`${what} ${name}: property`}
        choices={kinds.map((kind) => ({ value: kind, text: selectorKinds[kind] }))}
        value={selector.kind}
        onChange={(kind) => onChange({ kind: kind as SelectorKind, operator: 'in', values: [] })}
      />
      {selector.kind === 'resourceWithoutLocation' ? null : (
        <>
          <Dropdown
            aria-label={`${what} ${name}: operator`}
            inlinePopup
            value={selector.operator === 'in' ? 'In' : 'Not in'}
            selectedOptions={[selector.operator]}
            onOptionSelect={(_, { optionValue }) =>
              onChange({ ...selector, operator: optionValue === 'notIn' ? 'notIn' : 'in' })
            }
          >
            <Option value="in">In</Option>
            <Option value="notIn">Not in</Option>
          </Dropdown>
          <ChooseMany
            label={`${what} ${name}`}
            choices={choices}
            values={selector.values.map((value) => chosenIn(choices, value))}
            onChange={(values) => onChange({ ...selector, values })}
          />
        </>
      )}
      <Button
        size="small"
        appearance="subtle"
        icon={<DeleteRegular />}
        aria-label={`Remove ${name.toLowerCase()} of ${what}`}
        onClick={() => onChange(undefined)}
      />
    </div>
  );
}

const plain = (text: string): string => text.toLowerCase().replaceAll(' ', '');

const chosenIn = (choices: readonly Choice[], value: string): string =>
  choices.find((choice) => plain(choice.value) === plain(value))?.value ?? value;

/** What is chosen and in no list can be seen and taken away as well. */
function withChosen(choices: readonly Choice[], values: readonly string[]): readonly Choice[] {
  const unknown = values.filter((value) => !choices.some((choice) => plain(choice.value) === plain(value)));
  return [...choices, ...unknown.map((value) => ({ value, text: value }))];
}
