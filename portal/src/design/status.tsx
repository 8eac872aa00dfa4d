/** A status or severity: shape, word and colour together, never colour alone. */
import {
  ArrowCircleDownRegular,
  ArrowSyncCircleRegular,
  CheckmarkCircleFilled,
  ClockRegular,
  DismissCircleFilled,
  InfoRegular,
  ShieldErrorRegular,
  SubtractCircleRegular,
  WarningFilled,
} from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import { type Look, lookOf, wordOf } from '../model/status.ts';

const icons: Readonly<Record<Look, ReactElement>> = {
  high: <DismissCircleFilled />,
  medium: <WarningFilled />,
  low: <ArrowCircleDownRegular />,
  info: <InfoRegular />,
  good: <CheckmarkCircleFilled />,
  waiting: <ClockRegular />,
  muted: <SubtractCircleRegular />,
};

function iconOf(value: string, look: Look): ReactElement {
  if (value === 'High') return <ShieldErrorRegular />;
  return value === 'Running' || value === 'InProgress' ? <ArrowSyncCircleRegular /> : icons[look];
}

export function Status({ value, text }: { readonly value: string; readonly text?: string }): ReactElement {
  const look = lookOf(value);
  return (
    <span className={`status look-${look}`}>
      <span aria-hidden="true" className="status-icon">
        {iconOf(value, look)}
      </span>
      <span>{text ?? wordOf(value)}</span>
    </span>
  );
}
