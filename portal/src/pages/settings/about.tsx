/** About: which version runs where, since when. */
import type { ReactElement } from 'react';
import { Facts } from '../../design/json-view.tsx';
import { Moment } from '../../design/time.tsx';
import { WithSettings } from './with-settings.tsx';

export function AboutSection(): ReactElement {
  return (
    <WithSettings>
      {({ about }) => (
        <section className="card" aria-label="About Tocsin">
          <p>
            Tocsin {about.version}, running since <Moment value={about.startedOn} absolute />.
          </p>
          <Facts
            facts={[
              ['Version', about.version],
              ['Node.js', about.node],
              ['Platform', about.platform],
              ['Tenant id', about.tenantId],
              ['Data folder', about.dataFolder],
              ['Licence', 'Apache-2.0'],
            ]}
          />
          <p>
            The server&apos;s own calls as OpenAPI: <code>/tocsin/v1/openapi.json</code>. State for monitoring:{' '}
            <code>/healthz</code>, <code>/readyz</code>, <code>/metrics</code>.
          </p>
        </section>
      )}
    </WithSettings>
  );
}
