/** Choosing who: people, groups and applications of the directory, found by their names while typing. */
import { Field, SearchBox } from '@fluentui/react-components';
import { type ReactElement, useDeferredValue, useState } from 'react';
import { useDirectory } from '../../data/access.ts';
import { Failure, Loading } from '../../design/states.tsx';
import { type Principal, principalWord } from '../../model/access.ts';

export interface PrincipalFieldProps {
  readonly chosen: Principal | undefined;
  readonly onChoose: (principal: Principal) => void;
}

const mostShown = 50;

export function PrincipalField({ chosen, onChoose }: PrincipalFieldProps): ReactElement {
  const [words, setWords] = useState('');
  const wanted = useDeferredValue(words.trim());
  const { data, error, refetch } = useDirectory(wanted);
  const shown = (data ?? []).slice(0, mostShown);
  return (
    <Field label="Principal" required>
      <div className="stack tight">
        <SearchBox
          aria-label="Search people, groups and applications"
          placeholder="Search by the beginning of a name"
          value={words}
          onChange={(_, { value }) => setWords(value)}
        />
        {error === null ? null : (
          <Failure error={error} what="The directory could not be read" retry={() => void refetch()} />
        )}
        {data === undefined && error === null ? <Loading rows={3} /> : null}
        {data !== undefined && shown.length === 0 ? (
          <p className="help">
            {wanted === ''
              ? 'There is nobody yet: create users and applications first.'
              : 'Nobody has a name like that.'}
          </p>
        ) : null}
        <div role="radiogroup" aria-label="Principal" className="principals">
          {shown.map((principal) => (
            <label key={principal.id} className="principal">
              <input
                type="radio"
                name="principal"
                aria-label={`Select ${principal.name}`}
                checked={chosen?.id === principal.id}
                onChange={() => onChoose(principal)}
              />
              <span className="person">
                <span>{principal.name}</span>
                <small>
                  {principalWord(principal.type)}
                  {principal.detail === '' ? '' : ` · ${principal.detail}`}
                </small>
              </span>
            </label>
          ))}
        </div>
      </div>
    </Field>
  );
}
