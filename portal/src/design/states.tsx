/** The states of a page's region: waiting, empty, refused, failed. Source: portal reference 2.4. */
import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  Skeleton,
  SkeletonItem,
} from '@fluentui/react-components';
import type { ReactElement, ReactNode } from 'react';
import { asArmError } from '../api/arm-error.ts';
import { Anchor } from './anchor.tsx';

export function Loading({
  rows = 6,
  label = 'Loading',
}: {
  readonly rows?: number;
  readonly label?: string;
}): ReactElement {
  return (
    <div aria-busy="true" role="status" aria-label={label} className="loading">
      <Skeleton aria-hidden="true">
        {Array.from({ length: rows }, (_, index) => (
          <SkeletonItem key={index} size={24} className="loading-row" />
        ))}
      </Skeleton>
    </div>
  );
}

export interface EmptyProps {
  readonly icon?: ReactNode;
  readonly text: string;
  readonly children?: ReactNode;
}

export function Empty({ icon, text, children }: EmptyProps): ReactElement {
  return (
    <div className="empty">
      {icon === undefined ? null : (
        <div className="empty-icon" aria-hidden="true">
          {icon}
        </div>
      )}
      <p>{text}</p>
      {children}
    </div>
  );
}

export interface FailureProps {
  readonly error: unknown;
  readonly what: string;
  readonly retry?: () => void;
  readonly back?: { readonly to: string; readonly text: string };
}

/** What failed, in the server's words, with what an operator needs to find it in the log. */
export function Failure({ error, what, retry, back }: FailureProps): ReactElement {
  const { code, message, requestId, status } = asArmError(error);
  // The refusal names both; the sentence says what to ask for, and where it is given.
  const denied = status === 403 ? /perform action '([^']+)' over scope '([^']+)'/.exec(message) : null;
  const title = status === 403 ? "You don't have access" : status === 404 ? 'Not found' : what;
  return (
    <MessageBar intent={status === 404 ? 'warning' : 'error'} layout="multiline" role="alert">
      <MessageBarBody>
        <MessageBarTitle>{title}</MessageBarTitle>
        {message} <span className="muted">({code})</span>
        {requestId === '' ? null : <span className="request-id">Request id: {requestId}</span>}{' '}
        {denied === null ? null : (
          <span>
            You need {denied[1]} on {denied[2]}.{' '}
            <Anchor to={`/access?scope=${encodeURIComponent(denied[2] ?? '')}`}>Access control</Anchor>
          </span>
        )}{' '}
        {back === undefined ? null : <Anchor to={back.to}>{back.text}</Anchor>}
      </MessageBarBody>
      <MessageBarActions>
        {requestId === '' ? null : (
          <Button size="small" onClick={() => void navigator.clipboard.writeText(requestId)}>
            Copy id
          </Button>
        )}
        {retry === undefined ? null : (
          <Button size="small" onClick={retry}>
            Try again
          </Button>
        )}
      </MessageBarActions>
    </MessageBar>
  );
}
