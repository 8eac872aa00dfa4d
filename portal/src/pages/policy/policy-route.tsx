/** The addresses of the policy pages. What stands behind a section is the id of what is shown. Source: portal reference 1.2. */
import { Navigate, useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { Empty } from '../../design/states.tsx';
import { AssignPage } from './assign-page.tsx';
import { AssignmentList } from './assignment-list.tsx';
import { AssignmentPage } from './assignment-page.tsx';
import { ComplianceList } from './compliance-list.tsx';
import { CompliancePage } from './compliance-page.tsx';
import { DefinitionEditor } from './definition-editor.tsx';
import { DefinitionList } from './definition-list.tsx';
import { DefinitionPage } from './definition-page.tsx';
import { RemediationList } from './remediation-list.tsx';
import { RemediationPage } from './remediation-page.tsx';

export function PolicyRoute(): ReactElement {
  const { _splat = '' } = useParams({ strict: false }) as { readonly _splat?: string };
  const [section = '', ...rest] = _splat.replace(/\/+$/, '').split('/');
  const id = rest.length === 0 ? '' : `/${rest.join('/')}`;
  return <Section key={`${section}${id.toLowerCase()}`} section={section} id={id} />;
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
