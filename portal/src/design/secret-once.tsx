/** A secret that is told once. Invariant: it is nowhere but on the screen; leaving the page forgets it. */
import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';

export interface SecretOnceProps {
  readonly title: string;
  /** Names and values; the last one is the secret. */
  readonly values: readonly (readonly [string, string])[];
}

export function SecretOnce({ title, values }: SecretOnceProps): ReactElement {
  const [copied, setCopied] = useState(false);
  const secret = values.at(-1)?.[1] ?? '';
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(secret);
    setCopied(true);
  };
  return (
    <MessageBar intent="success" layout="multiline" className="secret-once">
      <MessageBarBody>
        <MessageBarTitle>{title}</MessageBarTitle>
        <p>Copy it now: it is not shown again.</p>
        <dl>
          {values.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <code>{value}</code>
              </dd>
            </div>
          ))}
        </dl>
      </MessageBarBody>
      <MessageBarActions>
        <Button size="small" onClick={() => void copy()}>
          {copied ? 'Copied' : 'Copy'}
        </Button>
      </MessageBarActions>
    </MessageBar>
  );
}
