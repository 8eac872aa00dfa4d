/** The addresses of the policy pages. What stands behind a section is the id of what is shown. Source: portal reference 1.2. */
import { Navigate, useParams } from '@tanstack/react-router';
import { lazy, type ReactElement, Suspense } from 'react';
import { Empty, Loading } from '../../design/states.tsx';

const DefinitionList = lazy(async () => ({ default: (await import('./definition-list.tsx')).DefinitionList }));
const DefinitionPage = lazy(async () => ({ default: (await import('./definition-page.tsx')).DefinitionPage }));
const DefinitionEditor = lazy(async () => ({ default: (await import('./definition-editor.tsx')).DefinitionEditor }));
const AssignPage = lazy(async () => ({ default: (await import('./assign-page.tsx')).AssignPage }));
const AssignmentList = lazy(async () => ({ default: (await import('./assignment-list.tsx')).AssignmentList }));
const AssignmentPage = lazy(async () => ({ default: (await import('./assignment-page.tsx')).AssignmentPage }));
const ComplianceList = lazy(async () => ({ default: (await import('./compliance-list.tsx')).ComplianceList }));
const CompliancePage = lazy(async () => ({ default: (await import('./compliance-page.tsx')).CompliancePage }));
const RemediationList = lazy(async () => ({ default: (await import('./remediation-list.tsx')).RemediationList }));
const RemediationPage = lazy(async () => ({ default: (await import('./remediation-page.tsx')).RemediationPage }));

export function PolicyRoute(): ReactElement {
  const { _splat = '' } = useParams({ strict: false }) as { readonly _splat?: string };
  const [section = '', ...rest] = _splat.replace(/\/+$/, '').split('/');
  const id = rest.length === 0 ? '' : `/${rest.join('/')}`;
  return (
    <Suspense fallback={<Loading />}>
      <Section key={`${section}${id.toLowerCase()}`} section={section} id={id} />
    </Suspense>
  );
}

function Section({ section, id }: { readonly section: string; readonly id: string }): ReactElement {
  switch (section) {
    case 'definitions':
      if (id === '/new') return <DefinitionEditor />;
      return id === '' ? <DefinitionList /> : <DefinitionPage id={id} />;
    case 'assign':
      return <AssignPage />;
    case 'assignments':
      return id === '' ? <AssignmentList /> : <AssignmentPage id={id} />;
    case 'compliance':
      return id === '' ? <ComplianceList /> : <CompliancePage id={id} />;
    case 'remediation':
      return id === '' ? <RemediationList /> : <RemediationPage id={id} />;
    case '':
      return <Navigate to="/policy/$" params={{ _splat: 'definitions' }} replace />;
    default:
      return <Empty text="There is no such page of policies." />;
  }
}
