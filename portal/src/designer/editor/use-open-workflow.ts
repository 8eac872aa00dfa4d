/** A logic app for its editor: read once, and kept with its changes while the portal is open. */
import { useEffect, useState } from 'react';
import { type ArmError, asArmError } from '../../api/arm-error.ts';
import { type OpenWorkflow, openWorkflow } from './open-session.ts';

export interface OpenState {
  readonly open: OpenWorkflow | undefined;
  readonly error: ArmError | undefined;
  readonly retry: () => void;
}

export function useOpenWorkflow(id: string): OpenState {
  const [open, setOpen] = useState<OpenWorkflow>();
  const [error, setError] = useState<ArmError>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const gone = new AbortController();
    openWorkflow(id, gone.signal).then(setOpen, (caught: unknown) => {
      if (!gone.signal.aborted) setError(asArmError(caught));
    });
    return () => gone.abort();
  }, [id, attempt]);
  const retry = (): void => {
    setError(undefined);
    setAttempt(attempt + 1);
  };
  return { open, error, retry };
}
