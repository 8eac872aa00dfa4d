/** What can be done with alerts of the list: those that are ticked, or all that the filter matches. */
import { ArrowClockwiseRegular, DocumentArrowDownRegular, ShieldDismissRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { affectedResource, type Alert, type AlertStatus, changeStatus } from '../../data/alerts.ts';
import { inBulk } from '../../data/bulk.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { mostExported, readMatching } from '../../data/whole-list.ts';
import { Command, CommandDivider, Commands } from '../../design/commands.tsx';
import { saveFile } from '../../design/save-file.ts';
import { csvText } from '../../model/csv.ts';
import { wordOf } from '../../model/status.ts';
import { SampleCommand } from './sample-command.tsx';
import { StatusMenu } from './status-menu.tsx';
import { SuppressionRulesPane } from './suppression-rules-pane.tsx';

export interface ListCommandsProps {
  /** The list, with its filter. */
  readonly path: string;
  readonly rows: readonly Alert[];
  readonly ticked: ReadonlySet<string>;
  readonly onDone: () => void;
}

export function ListCommands({ path, rows, ticked, onDone }: ListCommandsProps): ReactElement {
  const [rules, setRules] = useState(false);
  const change = async (status: AlertStatus): Promise<void> => {
    const count = ticked.size === 1 ? '1 alert' : `${ticked.size.toLocaleString('en')} alerts`;
    const words = {
      doing: `Changing ${count}`,
      done: `${count} ${ticked.size === 1 ? 'is' : 'are'} now ${wordOf(status).toLowerCase()}`,
    };
    await inBulk([...ticked], words, (id) => changeStatus(id, status));
    onDone();
    await refreshAll();
  };
  return (
    <Commands>
      <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
      <CommandDivider />
      <StatusMenu blocked={ticked.size === 0} onChoose={(status) => void change(status)} />
      <SampleCommand />
      <Command text="Suppression rules" icon={<ShieldDismissRegular />} onClick={() => setRules(true)} />
      <Command
        text="Export to CSV"
        icon={<DocumentArrowDownRegular />}
        blocked={rows.length === 0 ? 'There is nothing to export.' : undefined}
        onClick={() => void exportAlerts(path)}
      />
      {rules ? <SuppressionRulesPane onClose={() => setRules(false)} /> : null}
    </Commands>
  );
}

const header = [
  'Severity',
  'Title',
  'Affected resource',
  'Start time',
  'Tactics',
  'Status',
  'Alert type',
  'Detector',
  'Id',
];

/** Everything that the filter matches, whether it is loaded or not. */
async function exportAlerts(path: string): Promise<void> {
  try {
    const { rows, isCut } = await readMatching<Alert>(path, mostExported);
    const lines = rows.map((alert) => {
      const { severity, alertDisplayName, startTimeUtc, intent, status, alertType, productName } = alert.properties;
      const cells = [severity, alertDisplayName, affectedResource(alert).name, startTimeUtc, intent, status];
      return [...cells, alertType, productName, alert.id].map((cell) => cell ?? '');
    });
    saveFile('alerts.csv', 'text/csv', csvText(header, lines));
    const count = rows.length.toLocaleString('en');
    notify({
      kind: 'success',
      title: `${count} alerts were exported`,
      ...(isCut
        ? { text: `There are more: an export ends at ${mostExported.toLocaleString('en')}. Narrow the filter.` }
        : {}),
    });
  } catch (error) {
    notifyFailure('The alerts could not be exported', error);
  }
}
