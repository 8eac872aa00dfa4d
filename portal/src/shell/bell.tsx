/** The bell with everything that was said, and the corner where it is said first. */
import {
  Button,
  DrawerBody,
  DrawerHeader,
  DrawerHeaderTitle,
  OverlayDrawer,
  ProgressBar,
} from '@fluentui/react-components';
import { AlertRegular, DismissRegular } from '@fluentui/react-icons';
import { type ReactElement, useEffect, useState } from 'react';
import { clearNotices, dismissToast, markAllRead, type Notice, notices } from '../data/notifications.ts';
import { useCell } from '../data/store.ts';
import { Anchor } from '../design/anchor.tsx';
import { Moment } from '../design/time.tsx';
import type { Look } from '../model/status.ts';

const looks: Readonly<Record<Notice['kind'], Look>> = {
  success: 'good',
  failure: 'high',
  progress: 'info',
  info: 'info',
};

export function Bell(): ReactElement {
  const all = useCell(notices);
  const [open, setOpen] = useState(false);
  const fresh = all.filter(({ read }) => !read).length;
  const close = (): void => {
    markAllRead();
    setOpen(false);
  };
  return (
    <>
      <span className="bell">
        <Button
          appearance="transparent"
          aria-label={`Notifications, ${fresh} new`}
          icon={<AlertRegular />}
          onClick={() => setOpen(true)}
        />
        {fresh === 0 ? null : (
          <span className="bell-count" aria-hidden="true">
            {fresh > 99 ? '99+' : fresh}
          </span>
        )}
      </span>
      <OverlayDrawer
        open={open}
        position="end"
        aria-label="Notifications"
        onOpenChange={(_, data) => (data.open ? undefined : close())}
      >
        <DrawerHeader>
          <DrawerHeaderTitle
            action={<Button appearance="subtle" aria-label="Close" icon={<DismissRegular />} onClick={close} />}
          >
            Notifications
          </DrawerHeaderTitle>
        </DrawerHeader>
        <DrawerBody>
          {all.length === 0 ? <p>Nothing yet. What you do here is reported in this list.</p> : null}
          {all.map((notice) => (
            <NoticeView key={notice.id} notice={notice} />
          ))}
          {all.length === 0 ? null : <Button onClick={clearNotices}>Clear</Button>}
        </DrawerBody>
      </OverlayDrawer>
    </>
  );
}

function NoticeView({ notice }: { readonly notice: Notice }): ReactElement {
  return (
    <div className={`notice look-${looks[notice.kind]}`}>
      <strong>{notice.title}</strong>
      <NoticeText notice={notice} />
      <p>
        <Moment value={notice.time} />
      </p>
    </div>
  );
}

function NoticeText({ notice }: { readonly notice: Notice }): ReactElement {
  return (
    <>
      {notice.text === undefined || notice.text === '' ? null : <p>{notice.text}</p>}
      {notice.kind === 'progress' ? (
        <ProgressBar aria-label={notice.title} {...(notice.progress === undefined ? {} : { value: notice.progress })} />
      ) : null}
      {notice.retry === undefined ? null : (
        <Button size="small" onClick={notice.retry}>
          Retry failed
        </Button>
      )}
      {notice.link === undefined ? null : <Anchor to={notice.link.to}>{notice.link.text}</Anchor>}
    </>
  );
}

/** Invariant: a toast stays while it is pointed at or holds the focus. */
export function Toasts(): ReactElement {
  const all = useCell(notices);
  const [now, setNow] = useState(() => Date.now());
  const [held, setHeld] = useState(false);
  const isAny = all.some(({ toastUntil }) => toastUntil > now);
  useEffect(() => setNow(Date.now()), [all]);
  useEffect(() => {
    if (!isAny || held) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [isAny, held]);
  const shown = all
    .filter(({ toastUntil, kind }) => toastUntil > now || (kind === 'progress' && toastUntil > 0))
    .slice(0, 4);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- pointing at a toast only keeps it there
    <div
      role="region"
      aria-label="Notifications"
      className="toasts"
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {shown.map((notice) => (
        <div key={notice.id} className={`toast look-${looks[notice.kind]}`}>
          <div role={notice.kind === 'failure' ? 'alert' : 'status'}>
            <strong>{notice.title}</strong>
            <NoticeText notice={notice} />
          </div>
          <Button
            appearance="subtle"
            size="small"
            aria-label={`Dismiss: ${notice.title}`}
            icon={<DismissRegular />}
            onClick={() => dismissToast(notice.id)}
          />
        </div>
      ))}
    </div>
  );
}
