/** What the commands of an alert open. */
import type { ReactElement } from 'react';
import type { Alert } from '../../data/alerts.ts';
import { TriggerDialog } from '../../parts/trigger-dialog.tsx';
import type { AlertDialog } from './alert-body.tsx';
import { SuppressPane } from './suppress-pane.tsx';

export interface AlertDialogsProps {
  readonly alert: Alert;
  readonly open: AlertDialog | undefined;
  readonly onClose: () => void;
}

export function AlertDialogs({ alert, open, onClose }: AlertDialogsProps): ReactElement | null {
  if (open === 'trigger') return <TriggerDialog resourceIds={[alert.id]} eventSource="Alerts" onClose={onClose} />;
  return open === 'suppress' ? <SuppressPane alert={alert} onClose={onClose} /> : null;
}
