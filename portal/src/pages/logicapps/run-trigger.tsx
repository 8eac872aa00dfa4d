/** What a run was started with. Source: portal reference 7.1, 7.3 (*Copy as alert file*). */
import { Button } from '@fluentui/react-components';
import type { ReactElement } from 'react';
import { idParts } from '../../api/arm.ts';
import { call } from '../../api/http.ts';
import { notifyFailure } from '../../data/notifications.ts';
import type { ContentLink, Run } from '../../data/workflows.ts';
import { saveFile } from '../../design/save-file.ts';
import { Status } from '../../design/status.tsx';
import { ContentView } from './content-view.tsx';

export function RunTrigger({ run }: { readonly run: Run }): ReactElement {
  const { trigger } = run.properties;
  const { name } = idParts(run.id);
  return (
    <>
      <div className="row">
        <h2>{trigger?.name.replaceAll('_', ' ')}</h2>
        {trigger?.status === undefined ? null : <Status value={trigger.status} />}
        <AlertFile link={trigger?.outputsLink} name={name} />
      </div>
      <ContentView link={trigger?.inputsLink} label="Trigger inputs" title="Inputs" file={`${name}-trigger-inputs`} />
      <ContentView
        link={trigger?.outputsLink}
        label="Trigger outputs"
        title="Outputs"
        file={`${name}-trigger-outputs`}
      />
    </>
  );
}

/** The trigger's body as a file: to be sent again with `tocsin send`, in tests. */
function AlertFile({
  link,
  name,
}: {
  readonly link: ContentLink | undefined;
  readonly name: string;
}): ReactElement | null {
  if (link?.uri === undefined) return null;
  const { uri } = link;
  const save = async (): Promise<void> => {
    try {
      const { body } = await call<{ readonly body?: unknown }>('GET', uri);
      saveFile(`${name}.json`, 'application/json', JSON.stringify(body.body ?? body, undefined, 2));
    } catch (error) {
      notifyFailure('The body could not be read', error);
    }
  };
  return (
    <Button size="small" onClick={() => void save()}>
      Save the body as a file
    </Button>
  );
}
