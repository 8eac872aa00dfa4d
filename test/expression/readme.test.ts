/** The package's exported subpath and the readme's example. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { areFaults, contextFromJson, planTemplate } from 'tocsin/expression';

describe('the readme of the expression language', () => {
  it('shows what the exported subpath does', () => {
    const planned = planTemplate({
      title: "@{triggerBody()?['AlertDisplayName']} (@{triggerBody()?['Severity']})",
      urgent: "@equals(triggerBody()?['Severity'], 'High')",
    });
    assert.ok(!areFaults(planned));
    const context = contextFromJson({ triggerBody: { AlertDisplayName: 'SQL injection', Severity: 'High' } });
    assert.deepEqual(planned.evaluate(context), { title: 'SQL injection (High)', urgent: true });
  });
});
