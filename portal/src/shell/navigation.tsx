/** The sidebar: a list of links, the current one marked. Labels are a contract: portal reference 12. */
import {
  AlertRegular,
  AppsListRegular,
  ClipboardTaskListLtrRegular,
  DocumentCheckmarkRegular,
  DocumentSearchRegular,
  FlowRegular,
  GridRegular,
  HomeRegular,
  LightbulbRegular,
  MailInboxRegular,
  PeopleLockRegular,
  PlugConnectedRegular,
  SettingsRegular,
  ShieldCheckmarkRegular,
} from '@fluentui/react-icons';
import { useLocation } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { RouterLink } from '../design/anchor.tsx';

export interface NavigationEntry {
  readonly text: string;
  readonly to: string;
  readonly icon: ReactElement;
  /** Beginnings of other addresses that belong to it. */
  readonly also?: RegExp;
}

interface NavigationGroup {
  readonly title?: string;
  readonly entries: readonly NavigationEntry[];
}

export const navigation: readonly NavigationGroup[] = [
  { entries: [{ text: 'Overview', to: '/', icon: <HomeRegular /> }] },
  {
    title: 'General',
    entries: [
      { text: 'Security alerts', to: '/alerts', icon: <AlertRegular />, also: /^\/r\/.*\/alerts\/[^/]+$/i },
      { text: 'Recommendations', to: '/recommendations', icon: <LightbulbRegular />, also: /^\/r\/.*\/assessments\//i },
      { text: 'Regulatory compliance', to: '/compliance', icon: <ShieldCheckmarkRegular /> },
    ],
  },
  {
    title: 'Automation',
    entries: [
      { text: 'Workflow automation', to: '/automations', icon: <FlowRegular />, also: /^\/r\/.*\/automations\//i },
      {
        text: 'Logic apps',
        to: '/logicapps',
        icon: <AppsListRegular />,
        also: /^\/r\/.*\/microsoft\.logic\/workflows\//i,
      },
      {
        text: 'Connections',
        to: '/connections',
        icon: <PlugConnectedRegular />,
        also: /^\/r\/.*\/microsoft\.web\/connections\//i,
      },
      { text: 'Templates', to: '/templates', icon: <GridRegular /> },
      { text: 'Outbox', to: '/outbox', icon: <MailInboxRegular /> },
    ],
  },
  {
    title: 'Governance',
    entries: [
      {
        text: 'Policy',
        to: '/policy',
        icon: <DocumentCheckmarkRegular />,
        also: /^\/r\/.*\/(?:policy\w+|remediations)\/[^/]+$/i,
      },
      { text: 'Access control', to: '/access', icon: <PeopleLockRegular /> },
      { text: 'Logs', to: '/logs', icon: <DocumentSearchRegular /> },
      { text: 'Activity log', to: '/activity', icon: <ClipboardTaskListLtrRegular /> },
    ],
  },
  { entries: [{ text: 'Settings', to: '/settings', icon: <SettingsRegular /> }] },
];

const isCurrent = ({ to, also }: NavigationEntry, path: string): boolean =>
  to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`) || also?.test(path) === true;

export function Navigation({
  drawer = false,
  onChosen,
}: {
  readonly drawer?: boolean;
  readonly onChosen?: () => void;
}): ReactElement {
  const path = useLocation({ select: ({ pathname }) => pathname });
  return (
    <nav aria-label="Main" className={drawer ? 'shell-nav drawer' : 'shell-nav'}>
      {navigation.map(({ title, entries }) => (
        <div key={title ?? entries[0]?.to}>
          {title === undefined ? null : <h2>{title}</h2>}
          <ul>
            {entries.map((entry) => (
              <li key={entry.to}>
                <RouterLink
                  to={entry.to}
                  activeProps={{}}
                  activeOptions={{ exact: true }}
                  aria-current={isCurrent(entry, path) ? 'page' : undefined}
                  aria-label={entry.text}
                  title={entry.text}
                  {...(onChosen === undefined ? {} : { onClick: onChosen })}
                >
                  {entry.icon}
                  <span>{entry.text}</span>
                </RouterLink>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
