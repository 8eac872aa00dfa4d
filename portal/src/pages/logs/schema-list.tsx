/** The tables that can be asked, each with its columns; a click writes a name into the query. */
import { Button, SearchBox } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { Failure } from '../../design/states.tsx';
import { type QuerySchema, type SchemaTable, tablesFor } from '../../model/log-schema.ts';

export interface SchemaListProps {
  readonly schema: QuerySchema;
  readonly error: ArmError | null;
  readonly onInsert: (word: string) => void;
}

export function SchemaList({ schema, error, onInsert }: SchemaListProps): ReactElement {
  const [words, setWords] = useState('');
  const tables = tablesFor(schema.tables, words);
  return (
    <section className="schema-list card" aria-label="Tables">
      <SearchBox
        aria-label="Search tables and columns"
        placeholder="Search tables and columns"
        size="small"
        value={words}
        onChange={(_, { value }) => setWords(value)}
      />
      {error === null ? null : <Failure error={error} what="The tables could not be read" />}
      <ul>
        {tables.map((table) => (
          <TableEntry key={table.name} table={table} words={words} onInsert={onInsert} />
        ))}
      </ul>
      {tables.length === 0 && schema.tables.length > 0 ? <p className="help">No table or column says that.</p> : null}
    </section>
  );
}

interface TableEntryProps {
  readonly table: SchemaTable;
  readonly words: string;
  readonly onInsert: (word: string) => void;
}

function TableEntry({ table, words, onInsert }: TableEntryProps): ReactElement {
  const wanted = words.trim().toLowerCase();
  const isByColumn = wanted !== '' && !table.name.toLowerCase().includes(wanted);
  const [open, setOpen] = useState(false);
  const shown = isByColumn ? table.columns.filter(({ name }) => name.toLowerCase().includes(wanted)) : table.columns;
  return (
    <li>
      <details open={open || isByColumn} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary
          className={table.hasData === false ? 'muted' : undefined}
          title={table.hasData === false ? `${table.name}: no rows` : table.name}
        >
          {table.name}
        </summary>
        {open || isByColumn ? (
          <ul className="schema-columns">
            <li>
              <Button size="small" appearance="subtle" icon={<AddRegular />} onClick={() => onInsert(table.name)}>
                Use in the query
              </Button>
            </li>
            {shown.map(({ name, type }) => (
              <li key={name}>
                <button
                  type="button"
                  className="schema-column"
                  title={`Write ${name} into the query`}
                  onClick={() => onInsert(name)}
                >
                  {name}
                </button>
                <span className="muted">{type}</span>
              </li>
            ))}
          </ul>
        ) : null}
      </details>
    </li>
  );
}
