/** The column of a policy list that leads to the row's page. */
import { Anchor } from '../../design/anchor.tsx';
import type { Column } from '../../design/grid.tsx';

interface Named {
  readonly id: string;
  readonly displayName: string;
}

export function nameColumn<T extends Named>(
  title: string,
  width: string,
  addressOf: (id: string) => string,
): Column<T> {
  return {
    key: 'name',
    title,
    width,
    orderBy: 'displayName',
    cell: ({ id, displayName }) => (
      <span title={displayName}>
        <Anchor to={addressOf(id)}>{displayName}</Anchor>
      </span>
    ),
  };
}
