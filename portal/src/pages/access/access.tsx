/** Access control: who holds which role at a scope, and what that allows. Source: portal reference 3.7. */
import { Button, Tab, TabList } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { useChosenSubscriptions } from '../../data/scope.ts';
import { scopeName, useScopeEntities } from '../../data/scopes.ts';
import { useAddress } from '../../design/address.ts';
import { Page } from '../../design/page.tsx';
import { ScopeDialog } from '../../parts/scope-dialog.tsx';
import './access.css';
import { AssignmentsTab } from './assignments-tab.tsx';
import { CheckTab } from './check-tab.tsx';
import { PeopleTab } from './people-tab.tsx';
import { RolesTab } from './roles-tab.tsx';

const defaults = { scope: '', tab: 'assignments' };

export function AccessControl(): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const [choosing, setChoosing] = useState(false);
  const [first] = useChosenSubscriptions();
  const entities = useScopeEntities();
  const scope = address.scope === '' ? (first?.id ?? '') : address.scope;
  const name = scope === '/' ? 'Whole tenant' : scopeName(scope, entities);
  return (
    <Page
      title="Access control"
      purpose="Who may do what. A role that is assigned at a scope counts for everything below it."
    >
      <div className="scope-line">
        <span>
          Scope: <strong>{scope === '' ? '…' : name}</strong>
        </span>
        <Button size="small" onClick={() => setChoosing(true)}>
          Change scope
        </Button>
        {scope === '/' ? null : (
          <Button size="small" appearance="subtle" onClick={() => setAddress({ scope: '/' }, false)}>
            Whole tenant
          </Button>
        )}
      </div>
      <TabList selectedValue={address.tab} onTabSelect={(_, { value }) => setAddress({ tab: value as string })}>
        <Tab value="assignments">Role assignments</Tab>
        <Tab value="roles">Roles</Tab>
        <Tab value="check">Check access</Tab>
        <Tab value="people">Users and applications</Tab>
      </TabList>
      <div className="below-tabs">
        {address.tab === 'assignments' && scope !== '' ? (
          <AssignmentsTab key={scope} scope={scope} scopeName={name} entities={entities} />
        ) : null}
        {address.tab === 'roles' && scope !== '' ? <RolesTab scope={scope} /> : null}
        {address.tab === 'check' && scope !== '' ? (
          <CheckTab scope={scope} scopeName={name} entities={entities} />
        ) : null}
        {address.tab === 'people' ? <PeopleTab /> : null}
      </div>
      {choosing ? (
        <ScopeDialog
          title="Scope"
          first={scope === '/' ? '' : scope}
          onSelect={(chosen) => setAddress({ scope: chosen }, false)}
          onClose={() => setChoosing(false)}
        />
      ) : null}
    </Page>
  );
}
