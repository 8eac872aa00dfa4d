/**
 * A deployment that is begun and followed: its state, what became of each resource, its connections put into the sandbox.
 *
 * Owns: the calls. Does not own: what is deployed (`model/template-form.ts`). Source: management API 8.3; portal reference 3.7.
 */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type ArmError, asArmError } from '../api/arm-error.ts';
import { armPath } from '../api/arm.ts';
import { call, read } from '../api/http.ts';
import { followOperation } from './notifications.ts';
import { refreshAll } from './query-client.ts';

export interface DeployedResource {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly state: string;
  /** Why it failed. */
  readonly message?: string;
}

interface OperationEntry {
  readonly properties: {
    readonly provisioningState: string;
    readonly targetResource?: { readonly id: string; readonly resourceName: string; readonly resourceType: string };
    readonly statusMessage?: { readonly error?: { readonly message?: string } };
  };
}

export type DeploymentState = 'none' | 'running' | 'done' | 'failed';

export interface TemplateDeployment {
  readonly state: DeploymentState;
  readonly fault: ArmError | undefined;
  readonly resources: readonly DeployedResource[];
  readonly begin: (deployment: NewDeployment) => Promise<void>;
}

export interface NewDeployment {
  readonly id: string;
  readonly title: string;
  readonly place: string;
  /** The body, or its text where numbers must keep their spelling. */
  readonly body: object | string;
  /** Whether connections it makes answer from the sandbox. */
  readonly sandbox: boolean;
}

const connectionType = 'microsoft.web/connections';

async function readResources(id: string, signal?: AbortSignal): Promise<readonly DeployedResource[]> {
  const path = armPath(`${id}/operations`, 'microsoft.resources');
  const { value } = await read<{ readonly value: readonly OperationEntry[] }>(path, signal);
  return value.flatMap(({ properties: { targetResource, provisioningState, statusMessage } }) => {
    if (targetResource === undefined) return [];
    const { id: target, resourceName: name, resourceType: type } = targetResource;
    const message = statusMessage?.error?.message;
    return [{ id: target, name, type, state: provisioningState, ...(message === undefined ? {} : { message }) }];
  });
}

async function putInSandbox(resources: readonly DeployedResource[]): Promise<void> {
  const connections = resources.filter(({ type }) => type.toLowerCase() === connectionType);
  for (const { id } of connections) {
    await call('POST', '/tocsin/v1/connections/sandbox', { body: { connectionId: id, enabled: true } });
  }
}

/** Begins one deployment at a time; what became of its resources is read while it runs, and once more at its end. */
export function useTemplateDeployment(): TemplateDeployment {
  const [state, setState] = useState<DeploymentState>('none');
  const [fault, setFault] = useState<ArmError>();
  const [id, setId] = useState('');
  const { data, refetch } = useQuery({
    queryKey: ['deploymentOperations', id],
    queryFn: ({ signal }) => readResources(id, signal),
    enabled: id !== '',
    refetchInterval: state === 'running' ? 1000 : false,
  });
  const begin = async (deployment: NewDeployment): Promise<void> => {
    setFault(undefined);
    setState('running');
    try {
      const answer = await call(
        'PUT',
        armPath(deployment.id, 'microsoft.resources'),
        typeof deployment.body === 'string' ? { text: deployment.body } : { body: deployment.body },
      );
      setId(deployment.id);
      const { title, place } = deployment;
      await followOperation(answer, `Deploying '${title}'`, `'${title}' was deployed to ${place}`);
      if (deployment.sandbox) await putInSandbox(await readResources(deployment.id));
      setState('done');
    } catch (error) {
      setFault(asArmError(error));
      setState('failed');
    }
    await refetch();
    await refreshAll();
  };
  return { state, fault, resources: data ?? [], begin };
}
