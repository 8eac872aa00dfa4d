/** A question before something that cannot be taken back. Over five items the count must be typed. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from '@fluentui/react-components';
import { type ReactElement, type ReactNode, useState } from 'react';

export interface QuestionProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly verb: string;
  readonly count?: number;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

const freely = 5;

export function Question({ title, children, verb, count = 1, onConfirm, onClose }: QuestionProps): ReactElement {
  const [typed, setTyped] = useState('');
  const mustType = count > freely;
  return (
    <Dialog open onOpenChange={(_, { open }) => (open ? undefined : onClose())}>
      <DialogSurface aria-label={title}>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent>
            {children}
            {mustType ? (
              <Field label={`Type ${count} to go on`}>
                <Input value={typed} onChange={(_, { value }) => setTyped(value)} />
              </Field>
            ) : null}
          </DialogContent>
          <DialogActions>
            <Button
              appearance="primary"
              disabledFocusable={mustType && typed !== String(count)}
              onClick={() => {
                onConfirm();
                onClose();
              }}
            >
              {verb}
            </Button>
            <Button onClick={onClose}>Cancel</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
