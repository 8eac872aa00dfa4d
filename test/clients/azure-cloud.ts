/**
 * A server and what an Azure SDK needs to reach it: trust in its authority, a service principal with a secret, and the
 * endpoint. Clients sign in as they do in Azure: `@azure/identity` over https, against the ADFS-style authority.
 *
 * The authority is trusted process-wide, as `NODE_EXTRA_CA_CERTS` does it; that variable is read at start only, and the
 * server's authority does not exist yet then. `credentials.test.ts` starts a process with it.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { ClientSecretCredential } from '@azure/identity';
import { type Json, type JsonObject, textMember } from '#foundation';
import { subscription, subscriptionId, textOf, TocsinServer } from '../e2e/tocsin-server.ts';

export { subscription, subscriptionId };
export const location = 'westeurope';
export const tenantId = '00000000-0000-4000-8000-000000000000';

export const roleIds = {
  owner: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
  contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  securityAdmin: 'fb1c8493-542b-48eb-b624-b4c8fea62acd',
} as const;

export interface NewPrincipal {
  readonly objectId: string;
  readonly appId: string;
  readonly secret: string;
}

export class AzureCloud {
  readonly server = new TocsinServer();

  async start(): Promise<this> {
    await this.server.start();
    const authority = readFileSync(this.caFile, 'utf8');
    setDefaultCACertificates([...getCACertificates('default'), authority]);
    return this;
  }

  stop(): Promise<void> {
    return this.server.remove();
  }

  get endpoint(): string {
    return this.server.secureUrl;
  }

  get caFile(): string {
    return join(this.server.folder, 'tls/ca.pem');
  }

  /** A principal that holds a role at a scope, the tenant unless given; a service principal with a secret unless told. */
  async principal(role: string = roleIds.owner, scope = '', more: JsonObject = {}): Promise<NewPrincipal> {
    const made = await this.server.call('POST', '/tocsin/v1/principals', {
      body: { displayName: 'client under test', type: 'ServicePrincipal', ...more },
    });
    assert.equal(made.status, 201, made.text);
    const principal = {
      objectId: textOf(made.body, 'objectId'),
      appId: textMember(made.body, 'appId') ?? '',
      secret: textMember(made.body.secret, 'value') ?? '',
    };
    const type = textMember(more, 'type') ?? 'ServicePrincipal';
    await this.grant(principal.objectId, role, scope, type);
    return principal;
  }

  /** Assigns a role; the tenant unless a scope is given. */
  async grant(principalId: string, role: string, scope = '', principalType = 'ServicePrincipal'): Promise<void> {
    const assignment = `${scope}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
    await this.put(assignment, '2022-04-01', {
      properties: {
        roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${role}`,
        principalId,
        principalType,
      },
    });
  }

  credential({ appId, secret }: NewPrincipal): ClientSecretCredential {
    return new ClientSecretCredential('adfs', appId, secret, { authorityHost: this.endpoint });
  }

  /** The credential of a new principal. */
  async signedIn(role: string = roleIds.owner, scope = ''): Promise<ClientSecretCredential> {
    return this.credential(await this.principal(role, scope));
  }

  async group(name: string): Promise<string> {
    const id = `${subscription}/resourceGroups/${name}`;
    const made = await this.server.call('PUT', `${id}?api-version=2021-04-01`, { body: { location } });
    assert.ok(made.status < 300, made.text);
    return id;
  }

  /** A PUT past the SDKs, for what a test needs beside its subject. */
  async put(id: string, apiVersion: string, body: Json): Promise<JsonObject> {
    const made = await this.server.call('PUT', `${id}?api-version=${apiVersion}`, { body });
    assert.ok(made.status < 300, made.text);
    return made.body;
  }

  /** Takes events in and answers their ids. */
  async ingest(...events: readonly JsonObject[]): Promise<readonly string[]> {
    const sent = await this.server.call('POST', '/ingest/v1/events', { body: [...events] });
    assert.equal(sent.status, 202, sent.text);
    assert.deepEqual(sent.body.rejected, [], sent.text);
    return (sent.body.events as readonly JsonObject[]).map((event) => textOf(event, 'id'));
  }
}

/** What an SDK's error says: status, code and message, as its users read them. */
export function refusal(status: number, code: string) {
  return (error: unknown): boolean => {
    const { statusCode, code: found, name } = error as { statusCode?: unknown; code?: unknown; name?: unknown };
    assert.deepEqual({ name, statusCode, code: found }, { name: 'RestError', statusCode: status, code });
    return true;
  };
}
