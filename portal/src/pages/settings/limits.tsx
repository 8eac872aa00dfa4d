/** Limits of workflows, triggers, runs and requests: the documented ones, and those that were changed. */
import { Button, Field, Input, Link, SearchBox } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { type ArmError, asArmError } from '../../api/arm-error.ts';
import { notify } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { changeSettings } from '../../data/settings.ts';
import { Grid } from '../../design/grid.tsx';
import { Pane } from '../../design/pane.tsx';
import { Empty, Failure } from '../../design/states.tsx';
import { type Limit, limitsFor, limitTitle, sourceText, wholeNumber } from '../../model/settings.ts';
import { WithSettings } from './with-settings.tsx';

export function LimitsSection(): ReactElement {
  const [words, setWords] = useState('');
  const [open, setOpen] = useState<Limit>();
  return (
    <>
      <p className="help">
        What is stored keeps the limits it was saved with, a run those it was started with. Times are in milliseconds.
      </p>
      <div className="filters">
        <SearchBox
          aria-label="Search limits"
          placeholder="Search limits"
          value={words}
          onChange={(_, { value }) => setWords(value)}
        />
      </div>
      <WithSettings>
        {({ limits }) => {
          const rows = limitsFor(limits, words);
          if (rows.length === 0) return <Empty text="No limit has a name like that" />;
          return (
            <Grid
              label="Limits"
              rows={rows}
              total={rows.length}
              idOf={({ name }) => name}
              nameOf={({ name }) => limitTitle(name)}
              columns={[
                {
                  key: 'name',
                  title: 'Limit',
                  width: 'minmax(220px, 2fr)',
                  cell: (limit) => (
                    <Link as="button" title={limit.name} onClick={() => setOpen(limit)}>
                      {limitTitle(limit.name)}
                    </Link>
                  ),
                },
                {
                  key: 'value',
                  title: 'In force',
                  width: '150px',
                  numeric: true,
                  cell: ({ value }) => value.toLocaleString('en'),
                },
                {
                  key: 'default',
                  title: 'Default',
                  width: '150px',
                  numeric: true,
                  cell: (limit) => limit.default.toLocaleString('en'),
                },
                {
                  key: 'source',
                  title: 'From',
                  width: 'minmax(140px, 1fr)',
                  cell: ({ source }) => (source === 'option' ? 'The file of --limits' : sourceText[source]),
                },
              ]}
            />
          );
        }}
      </WithSettings>
      {open === undefined ? null : <LimitPane limit={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function LimitPane({ limit, onClose }: { readonly limit: Limit; readonly onClose: () => void }): ReactElement {
  const [text, setText] = useState(String(limit.value));
  const [fault, setFault] = useState<ArmError>();
  const value = wholeNumber(text);
  const isFixed = limit.change === 'restart';
  const save = async (next: number | null): Promise<void> => {
    try {
      await changeSettings({ limits: { [limit.name]: next } });
      notify({ kind: 'success', title: `The limit '${limitTitle(limit.name)}' was changed` });
      await refreshAll();
      onClose();
    } catch (error) {
      setFault(asArmError(error));
    }
  };
  return (
    <Pane
      title={limitTitle(limit.name)}
      changed={text !== String(limit.value)}
      onClose={onClose}
      footer={
        <>
          <Button
            appearance="primary"
            disabledFocusable={isFixed || value === undefined || value === limit.value}
            onClick={() => {
              if (!isFixed && value !== undefined && value !== limit.value) void save(value);
            }}
          >
            Save
          </Button>
          <Button
            disabledFocusable={limit.source !== 'saved'}
            onClick={() => {
              if (limit.source === 'saved') void save(null);
            }}
          >
            Use the default
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      {fault === undefined ? null : <Failure error={fault} what="The limit was not changed" />}
      <div className="form stack">
        <p>
          The limit <code>{limit.name}</code> is {limit.default.toLocaleString('en')} unless changed.
        </p>
        <Field
          label="Value"
          hint={isFixed ? 'Fixed by the file of --limits: take it out there to change it here.' : ''}
          {...(value === undefined ? { validationMessage: 'A whole number from 1.' } : {})}
        >
          <Input inputMode="numeric" readOnly={isFixed} value={text} onChange={(_, data) => setText(data.value)} />
        </Field>
      </div>
    </Pane>
  );
}
