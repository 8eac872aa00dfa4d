/** The pane Link a subscription. Invariant: a secret that is typed here is sent once and kept nowhere in the browser. */
import { Button, Field, Input, Textarea } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { type ArmError, asArmError } from '../../api/arm-error.ts';
import { call } from '../../api/http.ts';
import { notify } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { ChooseOne } from '../../design/choices.tsx';
import { Pane } from '../../design/pane.tsx';
import { Failure } from '../../design/states.tsx';

export const linksPath = '/tocsin/v1/linkedSubscriptions';

const clouds = ['AzureCloud', 'AzureUSGovernment', 'AzureChinaCloud'].map((value) => ({ value, text: value }));
const kinds = [
  { value: 'clientSecret', text: 'Application with a secret' },
  { value: 'clientCertificate', text: 'Application with a certificate' },
  { value: 'managedIdentity', text: 'Managed identity of the machine' },
  { value: 'workloadIdentity', text: 'Workload identity' },
  { value: 'environment', text: 'Environment of the server' },
  { value: 'azureCli', text: 'Azure CLI of the server' },
];

const first = {
  subscriptionId: '',
  displayName: '',
  cloud: 'AzureCloud',
  kind: 'clientSecret',
  tenantId: '',
  clientId: '',
  clientSecret: '',
  certificate: '',
};

type Values = typeof first;

function bodyOf({ displayName, cloud, kind, tenantId, clientId, clientSecret, certificate }: Values): object {
  const isApplication = kind === 'clientSecret' || kind === 'clientCertificate';
  return {
    cloud,
    ...(displayName === '' ? {} : { displayName }),
    credential: {
      kind,
      ...(isApplication ? { tenantId, clientId } : {}),
      ...(kind === 'clientSecret' ? { clientSecret } : {}),
      ...(kind === 'clientCertificate' ? { certificate } : {}),
    },
  };
}

function isComplete({ subscriptionId, kind, tenantId, clientId, clientSecret, certificate }: Values): boolean {
  if (!/^[0-9a-f-]{36}$/i.test(subscriptionId.trim())) return false;
  if (kind !== 'clientSecret' && kind !== 'clientCertificate') return true;
  return tenantId !== '' && clientId !== '' && (kind === 'clientSecret' ? clientSecret : certificate) !== '';
}

export function LinkPane({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [values, setValues] = useState(first);
  const [fault, setFault] = useState<ArmError>();
  const ready = isComplete(values);
  const text = (name: keyof Values, label: string, required: boolean, type: 'text' | 'password' = 'text') => (
    <Field label={label} required={required}>
      <Input
        type={type}
        autoComplete="off"
        value={values[name]}
        onChange={(_, { value }) => setValues({ ...values, [name]: value })}
      />
    </Field>
  );
  const link = async (): Promise<void> => {
    if (!ready) return;
    try {
      await call('PUT', `${linksPath}/${encodeURIComponent(values.subscriptionId.trim())}`, { body: bodyOf(values) });
      notify({ kind: 'success', title: 'The subscription is linked' });
      await refreshAll();
      onClose();
    } catch (error) {
      setFault(asArmError(error));
    }
  };
  const isApplication = values.kind === 'clientSecret' || values.kind === 'clientCertificate';
  return (
    <Pane
      title="Link a subscription"
      changed={JSON.stringify(values) !== JSON.stringify(first)}
      onClose={onClose}
      footer={
        <>
          <Button appearance="primary" disabledFocusable={!ready} onClick={() => void link()}>
            Link
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      {fault === undefined ? null : <Failure error={fault} what="The subscription was not linked" />}
      <div className="form stack">
        {text('subscriptionId', 'Subscription id', true)}
        {text('displayName', 'Display name', false)}
        <Field label="Cloud">
          <ChooseOne
            label="Cloud"
            choices={clouds}
            value={values.cloud}
            onChange={(cloud) => setValues({ ...values, cloud })}
          />
        </Field>
        <Field label="Credential">
          <ChooseOne
            label="Credential"
            choices={kinds}
            value={values.kind}
            onChange={(kind) => setValues({ ...values, kind })}
          />
        </Field>
        {isApplication ? text('tenantId', 'Tenant id', true) : null}
        {isApplication ? text('clientId', 'Client id', true) : null}
        {values.kind === 'clientSecret' ? text('clientSecret', 'Client secret', true, 'password') : null}
        {values.kind === 'clientCertificate' ? (
          <Field label="Certificate with its private key (PEM)" required>
            <Textarea
              rows={6}
              value={values.certificate}
              onChange={(_, { value }) => setValues({ ...values, certificate: value })}
            />
          </Field>
        ) : null}
      </div>
    </Pane>
  );
}
