/**
 * Running a logic app by hand: as its trigger does it, or with a payload of one's own.
 *
 * Source: portal reference 3.6 (*Run Trigger*), 5.1.
 */
import {
  Button,
  Field,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Textarea,
  Tooltip,
} from '@fluentui/react-components';
import { FlashRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { call } from '../api/http.ts';
import { notify, notifyFailure } from '../data/notifications.ts';
import { refreshAll } from '../data/query-client.ts';
import { workflowPath } from '../data/workflows.ts';
import { resourceAddress } from '../design/anchor.tsx';
import { Pane } from '../design/pane.tsx';

export interface RunMenuProps {
  readonly id: string;
  readonly name: string;
  /** The trigger's name; absent where there is none yet. */
  readonly trigger: string | undefined;
  /** What stands on the button. */
  readonly text: string;
  /** Why it cannot run now. */
  readonly blocked?: string | undefined;
}

export function RunMenu({ id, name, trigger, text, blocked }: RunMenuProps): ReactElement {
  const [asking, setAsking] = useState(false);
  const why = trigger === undefined ? 'There is no trigger yet.' : blocked;
  const button = (
    <Button appearance="subtle" icon={<FlashRegular />} disabledFocusable={why !== undefined}>
      {text}
    </Button>
  );
  if (why !== undefined || trigger === undefined) {
    return (
      <Tooltip content={why ?? ''} relationship="description">
        {button}
      </Tooltip>
    );
  }
  const run = async (): Promise<void> => {
    try {
      const { headers } = await call('POST', workflowPath(`${id}/triggers/${encodeURIComponent(trigger)}/run`));
      started(id, name, headers.get('x-ms-workflow-run-id'));
    } catch (error) {
      notifyFailure('The trigger was not run', error);
    }
  };
  return (
    <>
      <Menu>
        <MenuTrigger disableButtonEnhancement>{button}</MenuTrigger>
        <MenuPopover>
          <MenuList>
            <MenuItem onClick={() => void run()}>Run</MenuItem>
            <MenuItem onClick={() => setAsking(true)}>Run with payload</MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
      {asking ? <PayloadPane id={id} name={name} trigger={trigger} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

function started(id: string, name: string, run: string | null): void {
  notify({
    kind: 'success',
    title: `The trigger of '${name}' was run`,
    ...(run === null ? {} : { link: { text: 'View run', to: resourceAddress(`${id}/runs/${run}`) } }),
  });
  void refreshAll();
}

interface PayloadPaneProps {
  readonly id: string;
  readonly name: string;
  readonly trigger: string;
  readonly onClose: () => void;
}

/** The body of a call of the trigger's own address; that address is asked for when it is used, and not shown. */
function PayloadPane({ id, name, trigger, onClose }: PayloadPaneProps): ReactElement {
  const [text, setText] = useState('{\n  \n}');
  const [running, setRunning] = useState(false);
  const fault = faultOf(text);
  const run = async (): Promise<void> => {
    setRunning(true);
    try {
      const { body } = await call<{ readonly value: string }>(
        'POST',
        workflowPath(`${id}/triggers/${encodeURIComponent(trigger)}/listCallbackUrl`),
      );
      const { headers } = await call('POST', body.value, { text });
      started(id, name, headers.get('x-ms-workflow-run-id'));
      onClose();
    } catch (error) {
      notifyFailure('The trigger was not run', error);
    } finally {
      setRunning(false);
    }
  };
  return (
    <Pane
      title="Run with payload"
      onClose={onClose}
      footer={
        <>
          <Button
            appearance="primary"
            disabledFocusable={fault !== undefined || running}
            onClick={() => (fault === undefined && !running ? void run() : undefined)}
          >
            Run
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <p className="help">
        The body that the trigger is called with. Triggers that are not called, such as schedules, refuse it.
      </p>
      <Field label="Body" {...(fault === undefined ? {} : { validationState: 'error', validationMessage: fault })}>
        <Textarea
          className="mono"
          resize="vertical"
          rows={18}
          value={text}
          onChange={(_, { value }) => setText(value)}
        />
      </Field>
    </Pane>
  );
}

function faultOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return 'Enter a valid JSON.';
  }
}
