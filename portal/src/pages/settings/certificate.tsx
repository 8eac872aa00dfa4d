/** Certificate: what https is served with, and whom clients are to trust for it. */
import { Button, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import type { Certificate } from '../../data/settings.ts';
import { Facts } from '../../design/json-view.tsx';
import { saveFile } from '../../design/save-file.ts';
import { useNow } from '../../design/time.tsx';
import { CommandLine } from './command-line.tsx';
import { WithSettings } from './with-settings.tsx';

const soon = 21 * 86_400_000;

export function CertificateSection(): ReactElement {
  return (
    <WithSettings>
      {({ certificate }) =>
        certificate === undefined ? (
          <p>This server has no certificate of its own.</p>
        ) : (
          <Details certificate={certificate} />
        )
      }
    </WithSettings>
  );
}

function Details({ certificate }: { readonly certificate: Certificate }): ReactElement {
  const now = useNow();
  const left = Date.parse(certificate.validTo) - now;
  const { authority, authorityFile } = certificate;
  return (
    <>
      {!certificate.isOwn && left < soon ? (
        <MessageBar intent={left < 0 ? 'error' : 'warning'}>
          <MessageBarBody>
            {left < 0 ? 'The certificate has expired.' : 'The certificate expires soon.'} Replace the files of
            --tls-cert and --tls-key, and start again.
          </MessageBarBody>
        </MessageBar>
      ) : null}
      <section className="card" aria-label="The certificate">
        <Facts
          facts={[
            [
              'From',
              certificate.isOwn
                ? "This server's own authority, renewed by itself"
                : 'The files of --tls-cert and --tls-key',
            ],
            ['Subject', certificate.subject],
            ['Names', certificate.names.join(', ')],
            ['Issued by', certificate.issuer],
            ['Valid from', certificate.validFrom.slice(0, 10)],
            ['Valid to', certificate.validTo.slice(0, 10)],
            ['SHA-256', certificate.sha256],
            ['File', certificate.file],
          ]}
        />
      </section>
      {authority === undefined || authorityFile === undefined ? null : (
        <section className="card" aria-label="Trusting this server">
          <h3>Trusting this server</h3>
          <p>
            SDKs and command lines want https. Let them trust the authority of this server, and only on machines that
            are to reach it.
          </p>
          <Button
            icon={<ArrowDownloadRegular />}
            onClick={() => saveFile('tocsin-ca.pem', 'application/x-pem-file', authority)}
          >
            Download the authority
          </Button>
          <h3>For this shell</h3>
          <CommandLine text={`export NODE_EXTRA_CA_CERTS='${authorityFile}' REQUESTS_CA_BUNDLE='${authorityFile}'`} />
        </section>
      )}
    </>
  );
}
