/** Any resource by its id: the page of its type, or what the API says of it. */
import { useParams } from '@tanstack/react-router';
import { lazy, type ReactElement, Suspense } from 'react';
import { idParts } from '../api/arm.ts';
import { Loading } from '../design/states.tsx';

const AlertPage = lazy(async () => ({ default: (await import('../pages/alerts/alert.tsx')).AlertPage }));
const AutomationPage = lazy(async () => ({
  default: (await import('../pages/automations/automation-page.tsx')).AutomationPage,
}));
const LogicAppPage = lazy(async () => ({ default: (await import('../pages/logicapps/logic-app.tsx')).LogicAppPage }));
const RunPage = lazy(async () => ({ default: (await import('../pages/logicapps/run.tsx')).RunPage }));
const AssessmentPage = lazy(async () => ({
  default: (await import('../pages/recommendations/assessment.tsx')).AssessmentPage,
}));
const DefinitionPage = lazy(async () => ({
  default: (await import('../pages/policy/definition-page.tsx')).DefinitionPage,
}));
const AssignmentPage = lazy(async () => ({
  default: (await import('../pages/policy/assignment-page.tsx')).AssignmentPage,
}));
const RemediationPage = lazy(async () => ({
  default: (await import('../pages/policy/remediation-page.tsx')).RemediationPage,
}));
const ConnectionPage = lazy(async () => ({
  default: (await import('../pages/connections/connection-page.tsx')).ConnectionPage,
}));
const PlainResource = lazy(async () => ({
  default: (await import('../pages/resources/plain-resource.tsx')).PlainResource,
}));

export function ResourcePage(): ReactElement {
  const { _splat = '' } = useParams({ strict: false }) as { readonly _splat?: string };
  const id = `/${_splat.replace(/^\/+/, '')}`;
  return (
    <Suspense fallback={<Loading />}>
      <PageOf key={id.toLowerCase()} id={id} />
    </Suspense>
  );
}

function PageOf({ id }: { readonly id: string }): ReactElement {
  const type = idParts(id).type.toLowerCase();
  if (/^microsoft\.security\/(?:locations\/)?alerts$/.test(type)) return <AlertPage id={id} />;
  if (type === 'microsoft.security/automations') return <AutomationPage id={id} />;
  if (type === 'microsoft.logic/workflows') return <LogicAppPage id={id} />;
  if (type === 'microsoft.logic/workflows/runs') return <RunPage id={id} />;
  if (type === 'microsoft.security/assessments') return <AssessmentPage id={id} />;
  if (/^microsoft\.authorization\/policy(?:set)?definitions$/.test(type)) return <DefinitionPage id={id} />;
  if (type === 'microsoft.authorization/policyassignments') return <AssignmentPage id={id} />;
  if (type === 'microsoft.policyinsights/remediations') return <RemediationPage id={id} />;
  if (type === 'microsoft.web/connections') return <ConnectionPage id={id} />;
  return <PlainResource id={id} />;
}
