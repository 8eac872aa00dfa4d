/** Which subscriptions and resource groups the pages show: the button; what it opens is loaded when it is wanted. */
import { Button, Popover, PopoverSurface, PopoverTrigger } from '@fluentui/react-components';
import { ChevronDownRegular } from '@fluentui/react-icons';
import { type ComponentType, type ReactElement, useState } from 'react';
import { chosenScope, scopeSummary, useSubscriptions } from '../data/scope.ts';
import { useCell } from '../data/store.ts';

const load = async (): Promise<ComponentType> => (await import('./scope-choice.tsx')).ScopeChoice;

export function ScopePicker(): ReactElement {
  const all = useSubscriptions();
  const chosen = useCell(chosenScope);
  const [isOpen, setOpen] = useState(false);
  const [Choice, setChoice] = useState<ComponentType>();
  const summary = scopeSummary(chosen, all);
  // Opened with its content: a surface without anything to focus would be hidden from those who cannot see it.
  const open = async (): Promise<void> => {
    const loaded = await load();
    setChoice(() => loaded);
    setOpen(true);
  };
  return (
    <Popover
      trapFocus
      positioning="below-end"
      open={isOpen}
      onOpenChange={(_, change) => (change.open ? void open() : setOpen(false))}
    >
      <PopoverTrigger disableButtonEnhancement>
        <Button
          appearance="transparent"
          aria-label={`Scope: ${summary}`}
          icon={<ChevronDownRegular />}
          iconPosition="after"
          onPointerEnter={() => void load()}
        >
          <span className="scope-text">Scope: {summary}</span>
        </Button>
      </PopoverTrigger>
      <PopoverSurface aria-label="Scope" className="scope-surface">
        {Choice === undefined ? null : <Choice />}
      </PopoverSurface>
    </Popover>
  );
}
