/** Links of events that bring none. Numbers are invariants of the source. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '#foundation';
import { type SecurityEvent, withPortalLinks } from '#events';

const base = 'http://127.0.0.1:7070';

function event(kind: SecurityEvent['kind'], body: JsonObject, original?: JsonObject): SecurityEvent {
  const foreign = original === undefined ? {} : { original };
  return {
    kind,
    snapshot: false,
    body,
    id: '/subscriptions/s/a',
    key: 'k',
    subscriptionId: 's',
    resources: [],
    ...foreign,
  };
}

const uriOf = (body: JsonObject, original?: JsonObject): unknown =>
  withPortalLinks(event('Alerts', body, original), base).body['AlertUri'];
const linksOf = (links: JsonObject | null | undefined, original?: JsonObject): unknown => {
  const properties = links === undefined ? {} : { links };
  return (withPortalLinks(event('Assessments', { properties }, original), base).body['properties'] as JsonObject)[
    'links'
  ];
};

test('an alert without a link leads to its page of our portal', () => {
  assert.equal(uriOf({}), `${base}/portal/r/subscriptions/s/a`);
  assert.equal(uriOf({ AlertUri: null }, {}), `${base}/portal/r/subscriptions/s/a`);
});

test('L1: links that are there stay, and values that a native event left empty', () => {
  assert.equal(uriOf({ AlertUri: 'https://a' }, {}), 'https://a');
  assert.equal(uriOf({ AlertUri: null }), null);
  assert.deepEqual(linksOf({ azurePortal: 'p' }, {}), { azurePortal: 'p' });
  assert.equal(linksOf(null), null);
});

test('L2: a recommendation has the link under both names, without scheme', () => {
  const link = '127.0.0.1:7070/portal/r/subscriptions/s/a';
  assert.deepEqual(linksOf(undefined), { azurePortal: link, azurePortalUri: link });
  assert.deepEqual(linksOf({ azurePortal: null, azurePortalUri: null }, {}), {
    azurePortal: link,
    azurePortalUri: link,
  });
});

test('findings, controls and scores have no link', () => {
  const finding = event('SubAssessments', { Properties: {} });
  assert.equal(withPortalLinks(finding, base), finding);
});
