/** The commands above the editor: run, times, rows; kept queries, sharing, export. */
import {
  Button,
  Field,
  Input,
  Menu,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  ToolbarButton,
} from '@fluentui/react-components';
import {
  ArrowDownloadRegular,
  ChevronDownRegular,
  DismissRegular,
  LinkRegular,
  PanelLeftRegular,
  PlayRegular,
  SaveRegular,
} from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { notify } from '../../data/notifications.ts';
import { useCell } from '../../data/store.ts';
import { Command, CommandDivider, Commands } from '../../design/commands.tsx';
import { saveFile } from '../../design/save-file.ts';
import type { QueryMode } from '../../model/log-schema.ts';
import { withoutSaved, withSaved } from '../../model/query-history.ts';
import { csvOf, type QueryResult } from '../../model/query-result.ts';
import { keptQueries } from './kept-queries.ts';
import { TimeRange } from './time-range.tsx';

export interface QueryCommandsProps {
  readonly mode: QueryMode;
  readonly text: string;
  readonly running: boolean;
  readonly range: string;
  readonly most: number;
  readonly result: QueryResult | undefined;
  readonly showsSchema: boolean;
  readonly onSchema: () => void;
  readonly onRun: () => void;
  readonly onCancel: () => void;
  readonly onRange: (range: string) => void;
  readonly onMost: (most: number) => void;
  readonly onOpen: (text: string) => void;
}

const bounds = [100, 1000, 10_000, 100_000];
const longestAddress = 7000;

export function QueryCommands(props: QueryCommandsProps): ReactElement {
  const { mode, text, running, most, result, showsSchema } = props;
  const isEmpty = text.trim() === '';
  return (
    <Commands>
      <ToolbarButton
        aria-label={showsSchema ? 'Hide tables' : 'Show tables'}
        title={showsSchema ? 'Hide tables' : 'Show tables'}
        icon={<PanelLeftRegular />}
        onClick={props.onSchema}
      />
      {running ? (
        <Command text="Cancel" icon={<DismissRegular />} onClick={props.onCancel} />
      ) : (
        <Command
          primary
          text="Run"
          icon={<PlayRegular />}
          blocked={isEmpty ? 'Write a query first.' : undefined}
          onClick={isEmpty ? () => {} : props.onRun}
        />
      )}
      {mode === 'logs' ? <TimeRange range={props.range} onRange={props.onRange} /> : null}
      <Menu checkedValues={{ most: [String(most)] }}>
        <MenuTrigger disableButtonEnhancement>
          <ToolbarButton icon={<ChevronDownRegular />} aria-label={`Show at most ${most.toLocaleString('en')} rows`}>
            {most.toLocaleString('en')} rows
          </ToolbarButton>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {bounds.map((bound) => (
              <MenuItem key={bound} onClick={() => props.onMost(bound)}>
                {bound.toLocaleString('en')} rows
              </MenuItem>
            ))}
          </MenuList>
        </MenuPopover>
      </Menu>
      <CommandDivider />
      <QueriesMenu mode={mode} onOpen={props.onOpen} />
      <SaveQuery mode={mode} text={text} />
      <Command text="Copy link" icon={<LinkRegular />} blocked={linkFault(text)} onClick={() => void copyLink(text)} />
      <Command
        text="Export to CSV"
        icon={<ArrowDownloadRegular />}
        blocked={result === undefined || result.rows.length === 0 ? 'There are no rows yet.' : undefined}
        onClick={() => {
          if (result !== undefined && result.rows.length > 0) saveFile('query.csv', 'text/csv', csvOf(result));
        }}
      />
    </Commands>
  );
}

function linkFault(text: string): string | undefined {
  if (text.trim() === '') return 'Write a query first.';
  return encodeURIComponent(text).length > longestAddress ? 'The query is too long for an address.' : undefined;
}

/** The address of the page with the query as it stands, whether it was run or not. */
async function copyLink(text: string): Promise<void> {
  if (linkFault(text) !== undefined) return;
  const url = new URL(window.location.href);
  url.searchParams.set('q', text);
  await navigator.clipboard.writeText(url.href);
  notify({ kind: 'success', title: 'The link was copied' });
}

function QueriesMenu({ mode, onOpen }: Pick<QueryCommandsProps, 'mode' | 'onOpen'>): ReactElement {
  const { saved, recent } = useCell(keptQueries);
  const own = saved.filter((each) => each.mode === mode);
  const last = recent.filter((each) => each.mode === mode).slice(0, 10);
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <ToolbarButton icon={<ChevronDownRegular />}>Queries</ToolbarButton>
      </MenuTrigger>
      <MenuPopover className="queries-menu">
        <MenuList>
          <MenuGroup>
            <MenuGroupHeader>Saved</MenuGroupHeader>
            {own.length === 0 ? <MenuItem disabled>No saved queries</MenuItem> : null}
            {own.map(({ name, text }) => (
              <MenuItem key={name} onClick={() => onOpen(text)}>
                {name}
              </MenuItem>
            ))}
          </MenuGroup>
          <MenuGroup>
            <MenuGroupHeader>Recent</MenuGroupHeader>
            {last.length === 0 ? <MenuItem disabled>No recent queries</MenuItem> : null}
            {last.map(({ text, time }) => (
              <MenuItem key={time} onClick={() => onOpen(text)}>
                <span className="query-line">{text.replaceAll(/\s+/g, ' ')}</span>
              </MenuItem>
            ))}
          </MenuGroup>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function SaveQuery({ mode, text }: Pick<QueryCommandsProps, 'mode' | 'text'>): ReactElement {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const { saved } = useCell(keptQueries);
  const isKnown = saved.some((each) => each.name.toLowerCase() === name.trim().toLowerCase());
  const save = (): void => {
    keptQueries.set(withSaved(keptQueries.get(), { name: name.trim(), text, mode }));
    notify({ kind: 'success', title: `Query '${name.trim()}' was saved in this browser` });
    setOpen(false);
  };
  return (
    <Popover open={open} onOpenChange={(_, data) => setOpen(data.open)} trapFocus>
      <PopoverTrigger disableButtonEnhancement>
        <ToolbarButton icon={<SaveRegular />}>Save</ToolbarButton>
      </PopoverTrigger>
      <PopoverSurface aria-label="Save the query">
        <div className="stack" style={{ width: 280 }}>
          <Field label="Name of the query" {...(isKnown ? { hint: 'The saved query of this name is replaced.' } : {})}>
            <Input value={name} onChange={(_, { value }) => setName(value)} />
          </Field>
          <div className="row">
            <Button appearance="primary" disabledFocusable={name.trim() === '' || text.trim() === ''} onClick={save}>
              Save query
            </Button>
            {isKnown ? (
              <Button
                onClick={() => {
                  const known = saved.find((each) => each.name.toLowerCase() === name.trim().toLowerCase());
                  if (known !== undefined) keptQueries.set(withoutSaved(keptQueries.get(), known.name));
                  setOpen(false);
                }}
              >
                Delete query
              </Button>
            ) : null}
          </div>
        </div>
      </PopoverSurface>
    </Popover>
  );
}
