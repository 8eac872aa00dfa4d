/** The addresses of the portal. Source: portal reference 1.2. Pages are loaded when they are first opened. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Failure, Loading } from '../design/states.tsx';
import { NotFound } from './not-found.tsx';
import { Root } from './root.tsx';

const root = createRootRoute({ component: Root, notFoundComponent: NotFound });

/** Query values are texts; whatever is repeated or odd is left out. */
const texts = (search: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(search).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );

type Load = Parameters<typeof lazyRouteComponent>[0];

const page = (path: string, load: Load, name: string) =>
  createRoute({ getParentRoute: () => root, path, validateSearch: texts, component: lazyRouteComponent(load, name) });

const routeTree = root.addChildren([
  page('/', () => import('../pages/overview/overview.tsx'), 'Overview'),
  page('/alerts', () => import('../pages/alerts/alert-list.tsx'), 'AlertList'),
  page('/automations', () => import('../pages/automations/automation-list.tsx'), 'AutomationList'),
  page('/logicapps', () => import('../pages/logicapps/logic-app-list.tsx'), 'LogicAppList'),
  page('/logicapps/create', () => import('../pages/logicapps/create-logic-app.tsx'), 'CreateLogicApp'),
  page('/recommendations', () => import('../pages/recommendations/recommendation-list.tsx'), 'RecommendationList'),
  page('/recommendations/$key', () => import('../pages/recommendations/recommendation.tsx'), 'RecommendationPage'),
  page('/connections', () => import('../pages/connections/connection-list.tsx'), 'ConnectionList'),
  page('/compliance', () => import('../pages/compliance/compliance.tsx'), 'Compliance'),
  page('/compliance/$standard/{-$control}', () => import('../pages/compliance/standard.tsx'), 'StandardPage'),
  page('/access', () => import('../pages/access/access.tsx'), 'AccessControl'),
  page('/logs', () => import('../pages/logs/logs.tsx'), 'Logs'),
  page('/activity', () => import('../pages/activity/activity-log.tsx'), 'ActivityLog'),
  page('/docs/$', () => import('../pages/docs/docs.tsx'), 'Documents'),
  page('/settings/{-$section}', () => import('../pages/settings/settings.tsx'), 'Settings'),
  page('/policy/$', () => import('../pages/policy/policy-route.tsx'), 'PolicyRoute'),
  page('/templates', () => import('../pages/templates/template-list.tsx'), 'TemplateList'),
  page('/outbox', () => import('../pages/outbox/outbox.tsx'), 'Outbox'),
  page('/outbox/$item', () => import('../pages/outbox/outbox-item.tsx'), 'OutboxItem'),
  page('/r/$', () => import('./resource-page.tsx'), 'ResourcePage'),
]);

export const router = createRouter({
  routeTree,
  basepath: '/portal',
  // The link's code is fetched when it is pointed at.
  defaultPreload: 'intent',
  defaultPendingComponent: () => <Loading />,
  defaultErrorComponent: ({ error }) => <Failure error={error} what="The page could not be loaded" />,
  defaultNotFoundComponent: NotFound,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(search as Record<string, string>).toString();
    return text === '' ? '' : `?${text}`;
  },
});
