/** What stands above the drawing: why something was not saved or not changed, and changes of before that were never saved. */
import { Button, MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-components';
import { type ReactElement, useEffect, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { Failure } from '../../design/states.tsx';
import { Moment } from '../../design/time.tsx';
import type { OpenWorkflow } from './open-session.ts';

interface BarsProps {
  readonly open: OpenWorkflow;
  readonly fault: ArmError | undefined;
  readonly refused: string;
  readonly broken: boolean;
  readonly onCode: () => void;
}

/** What stands above the drawing. */
export function Bars({ open, fault, refused, broken, onCode }: BarsProps): ReactElement {
  const [kept, setKept] = useState(open.kept);
  const { session } = open;
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      if (session.isChanged) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [session]);
  return (
    <>
      {fault === undefined ? null : <Failure error={fault} what="The logic app was not saved" />}
      {refused === '' ? null : (
        <MessageBar intent="error" layout="multiline" role="alert">
          <MessageBarBody>{refused}</MessageBarBody>
          <MessageBarActions>
            <Button size="small" onClick={() => session.forgetRefusal()}>
              Close
            </Button>
          </MessageBarActions>
        </MessageBar>
      )}
      {broken ? (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            The text in the code view is not valid JSON. What is drawn is the last text that was.
          </MessageBarBody>
          <MessageBarActions>
            <Button size="small" onClick={onCode}>
              Go to the code view
            </Button>
          </MessageBarActions>
        </MessageBar>
      ) : null}
      {kept === undefined || session.isChanged ? null : (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>
            Unsaved changes from <Moment value={new Date(kept.at).toISOString()} /> were found.
          </MessageBarBody>
          <MessageBarActions>
            <Button
              size="small"
              onClick={() => {
                session.typed(kept.text);
                setKept(undefined);
              }}
            >
              Restore
            </Button>
            <Button
              size="small"
              onClick={() => {
                open.dropKept();
                setKept(undefined);
              }}
            >
              Discard
            </Button>
          </MessageBarActions>
        </MessageBar>
      )}
    </>
  );
}
