/** Which run another is compared with. Source: portal reference 7.3. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Radio,
  RadioGroup,
} from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import type { Page } from '../../api/arm.ts';
import { readRuns, type Run } from '../../data/workflows.ts';
import { Failure, Loading } from '../../design/states.tsx';

export interface CompareDialogProps {
  readonly workflowId: string;
  /** The run's own name, which is not offered. */
  readonly runName: string;
  readonly onChoose: (runName: string) => void;
  readonly onClose: () => void;
}

export function CompareDialog({ workflowId, runName, onChoose, onClose }: CompareDialogProps): ReactElement {
  const { data, error } = useQuery<Page<Run>, ArmError>({
    queryKey: ['runsToCompare', workflowId],
    queryFn: ({ signal }) => readRuns(workflowId, '', signal),
    gcTime: 0,
  });
  const others = (data?.value ?? []).filter(({ name }) => name !== runName);
  const good = others.find(({ properties }) => properties.status === 'Succeeded');
  const [chosen, setChosen] = useState<string>();
  const current = chosen ?? good?.name ?? others[0]?.name ?? '';
  return (
    <Dialog open onOpenChange={(_, { open }) => (open ? undefined : onClose())}>
      <DialogSurface aria-label="Compare with another run">
        <DialogBody>
          <DialogTitle>Compare with another run</DialogTitle>
          <DialogContent>
            {error === null ? null : <Failure error={error} what="The runs could not be read" />}
            {data === undefined && error === null ? <Loading rows={3} /> : null}
            {data !== undefined && others.length === 0 ? <p>There is no other run.</p> : null}
            <RadioGroup
              aria-label="Runs"
              value={current}
              onChange={(_, { value }) => setChosen(value)}
              className="compare-list"
            >
              {others.map(({ name, properties }) => (
                <Radio
                  key={name}
                  value={name}
                  label={`${properties.status} · ${new Date(properties.startTime).toLocaleString('en')}${name === good?.name ? ' · last that succeeded' : ''}`}
                />
              ))}
            </RadioGroup>
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" disabledFocusable={current === ''} onClick={() => onChoose(current)}>
              Compare
            </Button>
            <Button onClick={onClose}>Cancel</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
