/** What a logic app is as a resource. Source: portal reference 3.6. */
import type { ReactElement } from 'react';
import { idParts } from '../../api/arm.ts';
import { triggerNameOf, type Workflow } from '../../data/workflows.ts';
import { Facts, JsonView } from '../../design/json-view.tsx';

export function PropertiesView({ workflow }: { readonly workflow: Workflow }): ReactElement {
  const { id, name, location, tags = {}, properties } = workflow;
  const { subscriptionId, resourceGroup } = idParts(id);
  return (
    <>
      <section className="card" aria-label="Properties">
        <Facts
          facts={[
            ['Name', name],
            ['Resource ID', id],
            ['State', properties.state],
            ['Location', location],
            ['Resource group', resourceGroup],
            ['Subscription ID', subscriptionId],
            ['Trigger', triggerNameOf(workflow)],
            ['Access endpoint', properties.accessEndpoint],
            ['Created', properties.createdTime],
            ['Changed', properties.changedTime],
            ['Version', properties.version],
            ['Tags', Object.keys(tags).length === 0 ? 'None' : tags],
          ]}
        />
      </section>
      <h2>As JSON</h2>
      <JsonView value={workflow} label="The logic app as JSON" />
    </>
  );
}
