/** An address that leads nowhere. */
import type { ReactElement } from 'react';
import { Anchor } from '../design/anchor.tsx';
import { Page } from '../design/page.tsx';
import { Empty } from '../design/states.tsx';

export function NotFound(): ReactElement {
  return (
    <Page title="Page not found">
      <Empty text="There is no page at this address.">
        <Anchor to="/">Go to the overview</Anchor>
      </Empty>
    </Page>
  );
}
