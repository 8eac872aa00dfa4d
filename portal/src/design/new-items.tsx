/** What came since a list was read: said above it, shown when asked for. Source: portal reference 2.2. */
import { Button } from '@fluentui/react-components';
import type { ReactElement } from 'react';

export interface NewItemsProps {
  readonly count: number;
  /** What they are called: one, and several. */
  readonly nouns: readonly [string, string];
  readonly onShow: () => void;
}

export function NewItems({ count, nouns: [one, several], onShow }: NewItemsProps): ReactElement {
  return (
    <div role="status">
      {count === 0 ? null : (
        <div className="new-items">
          <span>{count === 1 ? `1 new ${one}.` : `${count.toLocaleString('en')} new ${several}.`}</span>
          <Button size="small" aria-label="Show new items" onClick={onShow}>
            Show
          </Button>
        </div>
      )}
    </div>
  );
}
