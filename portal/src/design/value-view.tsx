/**
 * A value to read: names beside values, lists of like objects as tables, HTML as it looks, long texts folded.
 *
 * Owns: the look. Does not own: which look fits (`model/readable.ts`), the value's own text (`json-view.tsx`).
 *
 * Invariant
 * VV1. HTML is shown in a frame without scripts and without our origin; everything else is a text node (portal reference 2.7).
 */
import { type ReactElement, useState } from 'react';
import { isScalar, scalarText } from '../model/exact-json.ts';
import { countOf, readableOf, sizeOf } from '../model/readable.ts';

/** Entries drawn before the rest is asked for. */
const shownAtOnce = 50;
const longText = 600;
const openLevels = 4;
const openCount = 12;

export function ValueView({ value, label }: { readonly value: unknown; readonly label: string }): ReactElement {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reached by keyboard
    <div className="value" role="region" aria-label={label} tabIndex={0}>
      <Value value={value} name={label} depth={0} />
    </div>
  );
}

interface ValueProps {
  readonly value: unknown;
  readonly name: string;
  readonly depth: number;
}

function Value({ value, name, depth }: ValueProps): ReactElement {
  const readable = readableOf(value);
  switch (readable.kind) {
    case 'text':
      return <Text value={readable.value} />;
    case 'html':
      return <Html text={readable.text} name={name} />;
    case 'members':
      return <Entries entries={readable.members} depth={depth} />;
    case 'items':
      return (
        <Entries entries={readable.items.map((item, index) => [String(index + 1), item] as const)} depth={depth} />
      );
    case 'table':
      return <Table columns={readable.columns} rows={readable.rows} name={name} />;
  }
}

function Text({ value }: { readonly value: unknown }): ReactElement {
  const [whole, setWhole] = useState(false);
  const text = scalarText(value);
  if (text === '') return <span className="muted">(empty)</span>;
  const look = typeof value === 'string' ? 'value-text' : 'value-text mono';
  if (whole || text.length <= longText) return <span className={look}>{text}</span>;
  return (
    <span className={look}>
      {text.slice(0, longText)}…{' '}
      <button type="button" className="link" onClick={() => setWhole(true)}>
        Show all {text.length.toLocaleString('en')} characters
      </button>
    </span>
  );
}

function Html({ text, name }: { readonly text: string; readonly name: string }): ReactElement {
  const [asText, setAsText] = useState(false);
  return (
    <div>
      {asText ? (
        <Text value={text} />
      ) : (
        <iframe className="value-frame" title={`${name} as HTML`} sandbox="" srcDoc={text} />
      )}
      <button type="button" className="link" onClick={() => setAsText(!asText)}>
        {asText ? 'Show as it looks' : 'Show the HTML'}
      </button>
    </div>
  );
}

function Entries({
  entries,
  depth,
}: {
  readonly entries: readonly (readonly [string, unknown])[];
  readonly depth: number;
}): ReactElement {
  const [most, setMost] = useState(shownAtOnce);
  if (entries.length === 0) return <span className="muted">(empty)</span>;
  return (
    <>
      <dl className="value-entries">
        {entries.slice(0, most).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Entry value={value} name={name} depth={depth} />
            </dd>
          </div>
        ))}
      </dl>
      <More count={entries.length} most={most} onMore={() => setMost(most + 500)} />
    </>
  );
}

/** Short ones of the first levels are open; what is in a folded one is drawn when it is opened. */
function Entry({ value, name, depth }: ValueProps): ReactElement {
  const [open, setOpen] = useState(
    () => depth < 1 || (depth < openLevels && !isScalar(value) && countOf(value) <= openCount),
  );
  if (isScalar(value)) return <Value value={value} name={name} depth={depth + 1} />;
  return (
    <details open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{sizeOf(value)}</summary>
      {open ? <Value value={value} name={name} depth={depth + 1} /> : null}
    </details>
  );
}

interface TableProps {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly name: string;
}

function Table({ columns, rows, name }: TableProps): ReactElement {
  const [most, setMost] = useState(shownAtOnce);
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reached by keyboard */}
      <div className="value-table" role="region" aria-label={`${name} as a table`} tabIndex={0}>
        <table className="plain">
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, most).map((row, index) => (
              <tr key={index}>
                {columns.map((column) => (
                  <td key={column}>{row[column] === undefined ? '' : <Text value={row[column]} />}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <More count={rows.length} most={most} onMore={() => setMost(most + 500)} />
    </>
  );
}

function More({
  count,
  most,
  onMore,
}: {
  readonly count: number;
  readonly most: number;
  readonly onMore: () => void;
}): ReactElement | null {
  if (count <= most) return null;
  return (
    <button type="button" className="link" onClick={onMore}>
      Show more of {count.toLocaleString('en')}
    </button>
  );
}
