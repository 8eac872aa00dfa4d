/**
 * Choosing a scope: a management group, a subscription, a resource group.
 *
 * Owns: the dialog. Names are a contract: portal reference 4.3.
 */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
} from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { idParts } from '../api/arm.ts';
import { type ScopeEntity, useScopeEntities } from '../data/scopes.ts';
import { useResourceGroups } from '../data/scope.ts';
import { ChooseOne } from '../design/choices.tsx';

export interface ScopeDialogProps {
  readonly title: string;
  readonly text?: string;
  readonly first?: string;
  /** Which scopes may be chosen; all unless told. */
  readonly allowed?: (scope: string) => boolean;
  readonly onSelect: (scope: string) => void;
  readonly onClose: () => void;
}

interface Place {
  readonly group: string;
  readonly subscription: string;
  readonly resourceGroup: string;
}

function placeOf(scope: string): Place {
  const { subscriptionId = '', resourceGroup = '', name } = idParts(scope);
  return { group: subscriptionId === '' ? name : '', subscription: subscriptionId, resourceGroup };
}

export function ScopeDialog({ title, text, first = '', allowed, onSelect, onClose }: ScopeDialogProps): ReactElement {
  const entities = useScopeEntities();
  const [place, setPlace] = useState(() => placeOf(first));
  const groups = useResourceGroups(place.subscription === '' ? undefined : place.subscription);
  const subscriptions = entities.filter(
    ({ isGroup, above }) => !isGroup && (place.group === '' || above.includes(place.group.toLowerCase())),
  );
  const scope = scopeOf(place, entities);
  const refused = scope !== '' && allowed?.(scope) === false ? 'This scope cannot be chosen here.' : undefined;
  const none = { value: '', text: 'None' };
  return (
    <Dialog open onOpenChange={(_, { open }) => (open ? undefined : onClose())}>
      <DialogSurface aria-label={title}>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent className="stack dialog-lists">
            <p className="help">
              {text ??
                'Choose a management group for everything below it, or go down to a subscription or resource group.'}
            </p>
            <Field label="Management group">
              <ChooseOne
                label="Management group"
                choices={[none, ...entities.filter(({ isGroup }) => isGroup).map(choiceOf)]}
                value={place.group}
                onChange={(group) => setPlace({ group, subscription: '', resourceGroup: '' })}
              />
            </Field>
            <Field label="Subscription">
              <ChooseOne
                label="Subscription"
                choices={[none, ...subscriptions.map(choiceOf)]}
                value={place.subscription}
                onChange={(subscription) => setPlace({ ...place, subscription, resourceGroup: '' })}
              />
            </Field>
            <Field label="Resource group" {...(refused === undefined ? {} : { validationMessage: refused })}>
              <ChooseOne
                label="Resource group"
                disabled={place.subscription === ''}
                choices={[none, ...groups.map(({ name }) => ({ value: name, text: name }))]}
                value={place.resourceGroup}
                onChange={(resourceGroup) => setPlace({ ...place, resourceGroup })}
              />
            </Field>
          </DialogContent>
          <DialogActions>
            <Button
              appearance="primary"
              disabledFocusable={scope === '' || refused !== undefined}
              onClick={() => {
                if (scope === '' || refused !== undefined) return;
                onSelect(scope);
                onClose();
              }}
            >
              Select
            </Button>
            <Button onClick={onClose}>Cancel</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

const choiceOf = ({ name, displayName }: ScopeEntity) => ({
  value: name,
  text: displayName,
  ...(displayName === name ? {} : { note: name }),
});

function scopeOf({ group, subscription, resourceGroup }: Place, entities: readonly ScopeEntity[]): string {
  if (subscription !== '') {
    return `/subscriptions/${subscription}${resourceGroup === '' ? '' : `/resourceGroups/${resourceGroup}`}`;
  }
  return entities.find(({ isGroup, name }) => isGroup && name === group)?.id ?? '';
}
