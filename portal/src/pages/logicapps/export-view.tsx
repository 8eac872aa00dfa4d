/** The logic app as an ARM template, to be deployed elsewhere. Source: portal reference 3.6; ARM reference (`exportTemplate`). */
import { Button, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { armPath, idParts } from '../../api/arm.ts';
import { call } from '../../api/http.ts';
import { operationOf, watchOperation } from '../../api/long-running.ts';
import type { Workflow } from '../../data/workflows.ts';
import { JsonView } from '../../design/json-view.tsx';
import { saveFile } from '../../design/save-file.ts';
import { Failure, Loading } from '../../design/states.tsx';

interface Exported {
  readonly template?: unknown;
  readonly error?: { readonly message?: string; readonly details?: readonly { readonly message?: string }[] };
}

/** Connections that it names come along, since it would not run without them. */
function resourcesOf({ id, properties }: Workflow): readonly string[] {
  const value = properties.parameters?.['$connections']?.value;
  const entries = Object.values((value ?? {}) as Readonly<Record<string, { readonly connectionId?: string }>>);
  const group = idParts(id).resourceGroup?.toLowerCase();
  const named = entries.flatMap(({ connectionId }) => connectionId ?? []);
  return [id, ...named.filter((each) => idParts(each).resourceGroup?.toLowerCase() === group)];
}

export function ExportView({ workflow }: { readonly workflow: Workflow }): ReactElement {
  const { id, name } = workflow;
  const { subscriptionId = '', resourceGroup = '' } = idParts(id);
  const { data, error, refetch } = useQuery<Exported, ArmError>({
    queryKey: ['exported', id, workflow.properties.version],
    queryFn: async () => {
      const path = armPath(
        `/subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}/exportTemplate`,
        'microsoft.resources',
      );
      const body = { resources: resourcesOf(workflow), options: 'IncludeParameterDefaultValue' };
      const answer = await call<Exported>('POST', path, { body });
      const address = operationOf(answer);
      if (address === undefined) return answer.body;
      await watchOperation(address);
      return (await call<Exported>('GET', address)).body;
    },
    gcTime: 0,
  });
  if (error !== null) {
    return <Failure error={error} what="The template could not be made" retry={() => void refetch()} />;
  }
  if (data === undefined) return <Loading label="Making the template" />;
  const text = JSON.stringify(data.template, undefined, 2);
  return (
    <>
      <p>With the connections of its resource group; their credentials stay here.</p>
      {data.error === undefined ? null : (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            {[data.error.message, ...(data.error.details ?? []).map(({ message }) => message)].join(' ')}
          </MessageBarBody>
        </MessageBar>
      )}
      <div className="row">
        <Button icon={<ArrowDownloadRegular />} onClick={() => saveFile(`${name}.json`, 'application/json', text)}>
          Download
        </Button>
      </div>
      <JsonView value={data.template} label="The template" />
    </>
  );
}
