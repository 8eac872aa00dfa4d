/** Settings: sections, each at its address. Source: portal reference 3.7. */
import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { RouterLink } from '../../design/anchor.tsx';
import { Page } from '../../design/page.tsx';
import { AboutSection } from './about.tsx';
import { BackupSection } from './backup.tsx';
import { CertificateSection } from './certificate.tsx';
import { GeneralSection } from './general.tsx';
import { IngestionKeysSection } from './ingestion-keys.tsx';
import { LimitsSection } from './limits.tsx';
import { LinkedSubscriptionsSection } from './linked-subscriptions.tsx';
import { RetentionSection } from './retention.tsx';
import './settings.css';
import { SignInSection } from './sign-in.tsx';

interface Section {
  readonly key: string;
  readonly title: string;
  readonly content: () => ReactElement;
}

const general: Section = { key: 'general', title: 'General', content: () => <GeneralSection /> };

const sections: readonly Section[] = [
  general,
  { key: 'retention', title: 'Retention', content: () => <RetentionSection /> },
  { key: 'limits', title: 'Limits', content: () => <LimitsSection /> },
  { key: 'ingestion-keys', title: 'Ingestion keys', content: () => <IngestionKeysSection /> },
  { key: 'linked-subscriptions', title: 'Linked subscriptions', content: () => <LinkedSubscriptionsSection /> },
  { key: 'sign-in', title: 'Sign-in', content: () => <SignInSection /> },
  { key: 'certificate', title: 'Certificate', content: () => <CertificateSection /> },
  { key: 'backup', title: 'Backup', content: () => <BackupSection /> },
  { key: 'about', title: 'About', content: () => <AboutSection /> },
];

export function Settings(): ReactElement {
  const { section = 'general' } = useParams({ strict: false }) as { readonly section?: string };
  const shown = sections.find(({ key }) => key === section) ?? general;
  return (
    <Page title="Settings">
      <div className="views">
        <nav aria-label="Settings">
          <ul className="views-list">
            {sections.map(({ key, title }) => (
              <li key={key}>
                <RouterLink
                  to={key === 'general' ? '/settings' : `/settings/${key}`}
                  activeProps={{}}
                  activeOptions={{ exact: true }}
                  aria-current={key === shown.key ? 'page' : undefined}
                >
                  {title}
                </RouterLink>
              </li>
            ))}
          </ul>
        </nav>
        <section aria-label={shown.title} className="settings-section">
          <h2>{shown.title}</h2>
          {shown.content()}
        </section>
      </div>
    </Page>
  );
}
