/** A pane from the right: modal, named by its heading, asking before changes are thrown away. */
import {
  Button,
  DrawerBody,
  DrawerFooter,
  DrawerHeader,
  DrawerHeaderTitle,
  OverlayDrawer,
} from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import { type ReactElement, type ReactNode, useState } from 'react';
import { Question } from './question.tsx';

export interface PaneProps {
  readonly title: string;
  readonly large?: boolean;
  /** Beside the page, which stays in reach, instead of over it. */
  readonly beside?: boolean;
  readonly changed?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
}

export function Pane({
  title,
  large = false,
  beside = false,
  changed = false,
  onClose,
  children,
  footer,
}: PaneProps): ReactElement {
  const [asking, setAsking] = useState(false);
  const close = (): void => (changed ? setAsking(true) : onClose());
  return (
    <OverlayDrawer
      open
      position="end"
      modalType={beside ? 'non-modal' : 'modal'}
      className={large ? 'pane pane-large' : 'pane'}
      aria-label={title}
      onOpenChange={(_, { open }) => (open ? undefined : close())}
    >
      <DrawerHeader>
        <DrawerHeaderTitle
          action={<Button appearance="subtle" aria-label="Close" icon={<DismissRegular />} onClick={close} />}
        >
          {title}
        </DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody>{children}</DrawerBody>
      {footer === undefined ? null : <DrawerFooter className="pane-footer">{footer}</DrawerFooter>}
      {asking ? (
        <Question title="Discard unsaved changes?" verb="Discard" onConfirm={onClose} onClose={() => setAsking(false)}>
          What you typed here is not saved.
        </Question>
      ) : null}
    </OverlayDrawer>
  );
}
