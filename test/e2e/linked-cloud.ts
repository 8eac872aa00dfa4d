/**
 * A second server that stands for the real cloud, with an operator's application in it, and a first one whose subscription is
 * linked to it: its certificate authority, tokens and roles.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { type Reply, textOf, TocsinServer } from './tocsin-server.ts';

export const tenant = '00000000-0000-4000-8000-000000000000';
export const linkedId = '0a0a0a0a-0000-4000-8000-00000000000a';
export const linked = `/subscriptions/${linkedId}`;
export const linkedGroup = `${linked}/resourceGroups/rg`;
export const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c';

export const versioned = (id: string): string => `${id}?api-version=2021-04-01`;

/** Assigns a role on one of the servers; the id of the assignment. */
export async function assign(
  at: TocsinServer,
  scope: string,
  principalId: string,
  role = contributor,
): Promise<string> {
  const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
  const put = await at.call('PUT', `${id}?api-version=2022-04-01`, {
    body: {
      properties: {
        principalId,
        principalType: 'ServicePrincipal',
        roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${role}`,
      },
    },
  });
  assert.equal(put.status, 201, put.text);
  return id;
}

export class LinkedCloud {
  readonly cloud = new TocsinServer();
  readonly server: TocsinServer;
  secret = '';
  clientId = '';

  constructor(environment: Readonly<Record<string, string>> = {}) {
    this.server = new TocsinServer(['--empty'], environment);
  }

  /** Starts both; the operator's application has the role of a contributor in the cloud's subscription. */
  async start(): Promise<void> {
    const { cloud, server } = this;
    await Promise.all([cloud.start(), server.start()]);
    await cloud.call('PUT', '/providers/Microsoft.Subscription/aliases/real?api-version=2021-10-01', {
      body: { properties: { displayName: 'Real', subscriptionId: linkedId } },
    });
    await cloud.call('PUT', versioned(linkedGroup), { body: { location: 'westeurope' } });
    const made = await cloud.call('POST', '/tocsin/v1/principals', {
      body: { displayName: 'operator', type: 'ServicePrincipal' },
    });
    this.clientId = textOf(made.body, 'appId');
    this.secret = textMember(memberOf(made.body, 'secret'), 'value') ?? '';
    await assign(cloud, linked, textOf(made.body, 'objectId'));
  }

  async stop(): Promise<void> {
    await Promise.all([this.cloud.remove(), this.server.remove()]);
  }

  settings(secret = this.secret, clientId = this.clientId): JsonObject {
    const { cloud } = this;
    return {
      displayName: 'Real',
      cloud: 'Custom',
      endpoints: {
        resourceManager: cloud.secureUrl,
        authority: cloud.secureUrl,
        keyVault: `${cloud.secureUrl}/keyvault/{vault}`,
      },
      authorities: readFileSync(join(cloud.folder, 'tls', 'ca.pem'), 'utf8'),
      credential: { kind: 'clientSecret', tenantId: tenant, clientId, clientSecret: secret },
    };
  }

  link(body: Json = this.settings()): Promise<Reply> {
    return this.server.call('PUT', `/tocsin/v1/linkedSubscriptions/${linkedId}`, { body });
  }
}
