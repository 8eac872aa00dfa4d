/** Options that only a restart changes: their values, names and where each comes from. */
import type { ReactElement } from 'react';
import { type Setting, sourceText, valueText } from '../../model/settings.ts';

export interface OptionTableProps {
  readonly label: string;
  readonly settings: readonly Setting[];
}

export function OptionTable({ label, settings }: OptionTableProps): ReactElement {
  return (
    <table className="plain option-table" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">Option</th>
          <th scope="col">Value</th>
          <th scope="col">From</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        {settings.map((setting) => (
          <tr key={setting.name}>
            <td>
              <code title={setting.environment}>{setting.option}</code>
            </td>
            <td>{valueText(setting)}</td>
            <td>{sourceText[setting.source]}</td>
            <td>{setting.description}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
