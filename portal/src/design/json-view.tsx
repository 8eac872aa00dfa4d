/** JSON to read and copy. */
import { Button } from '@fluentui/react-components';
import { CopyRegular } from '@fluentui/react-icons';
import { isValidElement, type ReactElement } from 'react';
import { Moment } from './time.tsx';

const mostCharacters = 256 * 1024;

export function JsonView({ value, label }: { readonly value: unknown; readonly label: string }): ReactElement {
  const text = typeof value === 'string' ? value : (JSON.stringify(value, undefined, 2) ?? '');
  const isCut = text.length > mostCharacters;
  return (
    <div className="json-frame">
      <Button
        size="small"
        className="json-copy"
        icon={<CopyRegular />}
        aria-label={`Copy ${label}`}
        onClick={() => void navigator.clipboard.writeText(text)}
      >
        Copy
      </Button>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reached by keyboard */}
      <pre className="json" tabIndex={0} role="region" aria-label={label}>
        {isCut ? text.slice(0, mostCharacters) : text}
      </pre>
      {isCut ? <p className="muted">Showing the first 256 KB of {Math.ceil(text.length / 1024)} KB.</p> : null}
    </div>
  );
}

/** Names and values side by side; times as the reader wants them, values that are JSON in text as JSON, elements as they are. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, unknown])[] }): ReactElement {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{factText(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A time as the API writes it: people read it in their own way, and both on hover. */
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

function factText(value: unknown): ReactElement | string {
  if (value === undefined || value === null || value === '') return '–';
  if (isValidElement(value)) return value;
  if (typeof value === 'object') return <pre className="json-small">{JSON.stringify(value, undefined, 2)}</pre>;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (moment.test(text)) return <Moment value={text} absolute />;
  if (/^\s*[[{]/.test(text)) {
    try {
      return <pre className="json-small">{JSON.stringify(JSON.parse(text), undefined, 2)}</pre>;
    } catch {
      return text;
    }
  }
  return text;
}
