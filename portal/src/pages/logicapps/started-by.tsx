/** What started a run: a cell of lists, and the words beside a run's title. */
import type { ReactElement } from 'react';
import { idParts } from '../../api/arm.ts';
import type { Run } from '../../data/workflows.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { FilterMany } from '../../design/choices.tsx';
import type { Column } from '../../design/grid.tsx';
import { anyOf } from '../../model/filter-text.ts';
import { originText, originWords, type RunOrigin } from '../../model/run-origin.ts';

const kinds = originWords.map(([kind]) => kind);

/** The usual value of the filter in an address: everything. */
export const allOrigins = kinds.join(',');

/** What the filter asks of the server; runs of earlier versions, which say nothing, are there only without it. */
export const originFilter = (chosen: readonly string[]): string | undefined => anyOf('startedBy/kind', chosen, kinds);

export function OriginFilter(props: {
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
}): ReactElement {
  return <FilterMany label="Started by" choices={originWords.map(([value, text]) => ({ value, text }))} {...props} />;
}

function Origin({ origin }: { readonly origin: RunOrigin | undefined }): ReactElement {
  const { word, name, id } = originText(origin);
  if (name === undefined || id === undefined)
    return <span className={origin === undefined ? 'muted' : ''}>{word}</span>;
  return (
    <span title={`${word}: ${name}`}>
      <span>{word}:</span> <Anchor to={resourceAddress(id)}>{name}</Anchor>
    </span>
  );
}

export const startedByColumn: Column<Run> = {
  key: 'startedBy',
  title: 'Started by',
  width: 'minmax(180px, 2fr)',
  cell: ({ properties }) => <Origin origin={properties.startedBy} />,
};

/** *Started by alert "…", automation …*: what the header of a run says. */
export function StartedBy({ origin }: { readonly origin: RunOrigin | undefined }): ReactElement | null {
  if (origin === undefined) return null;
  return (
    <span className="muted started-by">
      Started by <Origin origin={origin} />
      {origin.automationId === undefined ? null : (
        <>
          {' · '}
          <Anchor to={resourceAddress(origin.automationId)}>{idParts(origin.automationId).name}</Anchor>
        </>
      )}
    </span>
  );
}
