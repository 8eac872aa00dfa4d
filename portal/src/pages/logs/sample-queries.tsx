/** Queries to begin with, shown until one was run. */
import { Button } from '@fluentui/react-components';
import { PlayRegular } from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import type { QueryMode } from '../../model/log-schema.ts';
import { sampleQueries } from '../../model/query-history.ts';

export interface SampleQueriesProps {
  readonly mode: QueryMode;
  readonly onOpen: (text: string) => void;
}

export function SampleQueries({ mode, onOpen }: SampleQueriesProps): ReactElement {
  return (
    <section aria-label="Sample queries">
      <h2>Queries to begin with</h2>
      <div className="sample-queries">
        {sampleQueries
          .filter((each) => each.mode === mode)
          .map(({ name, about, text }) => (
            <section key={name} className="card" aria-label={name}>
              <div className="card-title">
                <h3>{name}</h3>
                <Button size="small" icon={<PlayRegular />} aria-label={`Run ${name}`} onClick={() => onOpen(text)}>
                  Run
                </Button>
              </div>
              <p className="help">{about}</p>
              <pre className="json-small">{text}</pre>
            </section>
          ))}
      </div>
    </section>
  );
}
