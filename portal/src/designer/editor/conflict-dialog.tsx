/** Somebody else saved meanwhile: what to do, with both texts side by side. Source: portal reference 5.10. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactElement, Suspense, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { Failure, Loading } from '../../design/states.tsx';
import { Moment } from '../../design/time.tsx';
import { mergeTexts } from '../core/merge.ts';
import type { OpenWorkflow } from './open-session.ts';

const DiffView = lazy(async () => ({ default: (await import('../../parts/code-editor.tsx')).DiffView }));

export interface ConflictDialogProps {
  readonly open: OpenWorkflow;
  readonly onOverwrite: () => void;
  readonly onReload: () => void;
  /** Keeps both: what is there is saved beside the other. */
  readonly onCopy: () => void;
  /** Takes a text that has both changes, and saves it. */
  readonly onMerge: (text: string) => void;
  readonly onClose: () => void;
}

export function ConflictDialog(props: ConflictDialogProps): ReactElement {
  const { open, onOverwrite, onReload, onCopy, onMerge, onClose } = props;
  const [compares, setCompares] = useState(false);
  const { data, error } = useQuery<{ readonly text: string; readonly changed: string }, ArmError>({
    queryKey: ['theirs', open.id, open.etag],
    queryFn: () => open.theirs(),
    gcTime: 0,
  });
  const { doc, savedText } = open.session.state;
  const merged = data === undefined ? undefined : mergeTexts(savedText, doc.text, data.text);
  return (
    <Dialog open onOpenChange={(_, { open: stays }) => (stays ? undefined : onClose())}>
      <DialogSurface aria-label="This logic app was changed meanwhile" className={compares ? 'wide-dialog' : ''}>
        <DialogBody>
          <DialogTitle>This logic app was changed meanwhile</DialogTitle>
          <DialogContent>
            {error === null ? null : <Failure error={error} what="What was saved could not be read" />}
            <p>
              Somebody saved it <Moment value={data?.changed} />. Nothing of yours was saved yet.
            </p>
            {merged === undefined ? null : (
              <p>Your changes and theirs touch different places: they can be saved together.</p>
            )}
            {compares && data !== undefined ? (
              <Suspense fallback={<Loading label="Loading the comparison" />}>
                <p className="help">Left what is saved, right yours.</p>
                <DiffView before={data.text} after={doc.text} label="Definition" />
              </Suspense>
            ) : null}
          </DialogContent>
          <DialogActions fluid>
            {merged === undefined ? null : (
              <Button appearance="primary" onClick={() => onMerge(merged)}>
                Save both
              </Button>
            )}
            <Button disabledFocusable={data === undefined} onClick={() => setCompares(!compares)}>
              Compare
            </Button>
            <Button onClick={onOverwrite}>Overwrite</Button>
            <Button onClick={onCopy}>Save as copy</Button>
            <Button onClick={onReload}>Reload</Button>
            <Button onClick={onClose}>Cancel</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
