/** The frame of the policy pages: the links between them. Source: portal reference 3.7, 12. */
import { useLocation } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { RouterLink } from '../../design/anchor.tsx';
import { Page, type PageProps } from '../../design/page.tsx';

export type PolicySection = 'definitions' | 'assignments' | 'compliance' | 'remediation';

const sections: readonly (readonly [PolicySection, string])[] = [
  ['definitions', 'Definitions'],
  ['assignments', 'Assignments'],
  ['compliance', 'Compliance'],
  ['remediation', 'Remediation'],
];

function Sections({ current }: { readonly current: PolicySection }): ReactElement {
  return (
    <nav aria-label="Policy" className="sections">
      {sections.map(([name, text]) => (
        <RouterLink
          key={name}
          to={`/policy/${name}`}
          activeProps={{}}
          activeOptions={{ exact: true }}
          aria-current={name === current ? 'page' : undefined}
        >
          {text}
        </RouterLink>
      ))}
    </nav>
  );
}

export interface PolicyPageProps extends Omit<PageProps, 'sections' | 'crumbs'> {
  readonly section: PolicySection;
}

export function PolicyPage({ section, ...rest }: PolicyPageProps): ReactElement {
  const path = useLocation({ select: ({ pathname }) => pathname });
  const isList = path === `/policy/${section}`;
  return (
    <Page
      {...rest}
      crumbs={isList ? [] : [{ text: 'Policy', to: `/policy/${section}` }]}
      sections={<Sections current={section} />}
    />
  );
}
