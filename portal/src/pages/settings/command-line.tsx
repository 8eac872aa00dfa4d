/** A command to copy. */
import { Button } from '@fluentui/react-components';
import { CopyRegular } from '@fluentui/react-icons';
import type { ReactElement } from 'react';

export function CommandLine({ text }: { readonly text: string }): ReactElement {
  return (
    <div className="command-line">
      <code>{text}</code>
      <Button
        icon={<CopyRegular />}
        aria-label={`Copy the command ${text}`}
        onClick={() => void navigator.clipboard.writeText(text)}
      />
    </div>
  );
}
