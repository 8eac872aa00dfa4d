/** Saving, and what happens when somebody else did. Source: portal reference 5.10. */
import { useState } from 'react';
import { type ArmError, asArmError } from '../../api/arm-error.ts';
import { notify } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { resourceAddress } from '../../design/anchor.tsx';
import type { OpenWorkflow } from './open-session.ts';

export interface Saving {
  readonly saving: boolean;
  readonly saved: boolean;
  readonly fault: ArmError | undefined;
  readonly conflict: boolean;
  readonly save: () => Promise<void>;
  readonly overwrite: () => void;
  readonly reload: () => void;
  readonly copy: () => void;
  readonly merge: (text: string) => void;
  readonly forget: () => void;
}

export function useSaving(open: OpenWorkflow): Saving {
  const [saving, setSaving] = useState(false);
  const [saved, setSaved] = useState(false);
  const [fault, setFault] = useState<ArmError>();
  const [conflict, setConflict] = useState(false);
  const attempt = async (what: () => Promise<void>, says: string): Promise<void> => {
    setSaving(true);
    setFault(undefined);
    try {
      await what();
      setConflict(false);
      setSaved(true);
      notify({ kind: 'success', title: says });
      await refreshAll();
    } catch (caught) {
      const error = asArmError(caught);
      if (error.status === 412) setConflict(true);
      else setFault(error);
    } finally {
      setSaving(false);
    }
  };
  const done = `Logic app '${open.workflow.name}' was saved`;
  return {
    saving,
    saved,
    fault,
    conflict,
    save: () => (open.session.isChanged && !saving ? attempt(() => open.save(), done) : Promise.resolve()),
    overwrite: () => void attempt(() => open.overwrite(), done),
    reload: () => void attempt(() => open.reload(), 'What was saved is shown. Undo brings your changes back.'),
    copy: () => {
      const saveBeside = async (): Promise<void> => {
        const id = await open.saveCopy();
        const name = id.slice(id.lastIndexOf('/') + 1);
        notify({
          kind: 'success',
          title: `Your changes were saved as '${name}'`,
          link: { text: 'Open it', to: resourceAddress(id) },
        });
        await open.reload();
      };
      void attempt(saveBeside, 'What was saved by somebody else is shown.');
    },
    merge: (text) => {
      open.session.typed(text);
      void attempt(() => open.overwrite(), done);
    },
    forget: () => setConflict(false),
  };
}
