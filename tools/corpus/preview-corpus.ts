/** Previews templates and policies one after the other against one fresh server in the sandbox. */
import { type Json, type JsonObject, textMember } from '#foundation';
import { subscription, TocsinServer } from '../../test/e2e/tocsin-server.ts';
import { prepareEstate, prepare } from './play.ts';
import { type Preview, preview, templateOfPolicy } from './preview.ts';
import { type PublishedTemplate, publishedPolicies, publishedTemplates } from './published.ts';

const home = `${subscription}/resourceGroups/rg-known`;

export async function previewCorpus(
  only: readonly string[],
  tell: (preview: Preview) => void = () => {},
): Promise<readonly Preview[]> {
  const server = new TocsinServer(['--empty', '--sandbox']);
  try {
    await server.start();
    await prepareEstate(server);
    const values = await policyTargets(server);
    const policies = publishedPolicies().flatMap(({ file, policy }) => templateOfPolicy(file, policy, values) ?? []);
    const all = [...publishedTemplates(), ...policies].filter(
      ({ file }) => only.length === 0 || only.some((word) => file.includes(word)),
    );
    const previews: Preview[] = [];
    for (const [index, template] of all.entries()) previews.push(await one(server, template, index, tell));
    return previews;
  } finally {
    await server.remove();
  }
}

async function one(
  server: TocsinServer,
  template: PublishedTemplate,
  index: number,
  tell: (preview: Preview) => void,
): Promise<Preview> {
  await prepare(server, template);
  const made = await preview(server, template, `rg-preview-${index + 1}`);
  tell(made);
  return made;
}

/** What the policies send to: a logic app, an event hub, a workspace. */
async function policyTargets(server: TocsinServer): Promise<JsonObject> {
  const put = async (path: string, version: string, body: Json): Promise<string> => {
    const { body: answer } = await server.call('PUT', `${home}${path}?api-version=${version}`, { body });
    return textMember(answer, 'id') ?? '';
  };
  const location = 'westeurope';
  await put('', '2021-04-01', { location });
  const logicAppResourceId = await put('/providers/Microsoft.Logic/workflows/notify', '2019-05-01', {
    location,
    properties: {
      definition: {
        $schema:
          'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
        contentVersion: '1.0.0.0',
        triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } },
        actions: {},
      },
    },
  });
  const hubs = '/providers/Microsoft.EventHub/namespaces/ns';
  await put(hubs, '2021-11-01', { location, properties: {} });
  await put(`${hubs}/eventhubs/hub`, '2021-11-01', { properties: {} });
  const rule = await put(`${hubs}/eventhubs/hub/authorizationRules/send`, '2021-11-01', {
    properties: { rights: ['Send'] },
  });
  const workspaceResourceId = await put('/providers/Microsoft.OperationalInsights/workspaces/logs', '2021-06-01', {
    location,
    properties: {},
  });
  return { logicAppResourceId, eventHubDetails: rule, workspaceResourceId };
}
