/** The frame of a page: breadcrumb, one heading, commands, content. */
import { type ReactElement, type ReactNode, useEffect, useRef } from 'react';
import { Anchor } from './anchor.tsx';

export interface Crumb {
  readonly text: string;
  readonly to: string;
}

export interface PageProps {
  readonly title: string;
  readonly purpose?: ReactNode;
  readonly crumbs?: readonly Crumb[];
  readonly commands?: ReactNode;
  /** Links to the other pages of its area, above the heading. */
  readonly sections?: ReactNode;
  readonly children: ReactNode;
  /** Shown beside the heading. */
  readonly badges?: ReactNode;
  /** Takes the whole width of the window. */
  readonly wide?: boolean;
}

/** Whether this window has shown a page. */
let shown = false;

export function Page({
  title,
  purpose,
  crumbs = [],
  commands,
  sections,
  children,
  badges,
  wide = false,
}: PageProps): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Tocsin`;
    // A new page is announced by its heading, unless the focus has a place already; a fresh window begins at its beginning.
    if (shown && document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
    shown = true;
  }, [title]);
  return (
    <div className={wide ? 'page page-wide' : 'page'}>
      <nav aria-label="Breadcrumb" className="crumbs">
        <ol>
          <li>
            <Anchor to="/">Home</Anchor>
          </li>
          {crumbs.map(({ text, to }) => (
            <li key={to}>
              <Anchor to={to}>{text}</Anchor>
            </li>
          ))}
        </ol>
      </nav>
      {sections}
      <div className="title-row">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {badges}
      </div>
      {purpose === undefined ? null : <p className="purpose">{purpose}</p>}
      {commands}
      {children}
    </div>
  );
}
