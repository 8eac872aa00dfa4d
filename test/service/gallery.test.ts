/** What every template of the gallery says of itself, and what Azure asks of it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { galleryTemplates, type GalleryTemplate, listGallery } from '#service';

const items = [...galleryTemplates().values()];

function workflowOf({ template }: GalleryTemplate): JsonObject {
  const resources = memberOf(template, 'resources');
  const found = (isJsonArray(resources) ? resources : []).find(
    (one) => textMember(one, 'type') === 'Microsoft.Logic/workflows',
  );
  const properties = memberOf(found, 'properties');
  assert.ok(isJsonObject(properties));
  return properties;
}

const typeOf = (declared: Json | undefined): string => (textMember(declared, 'type') ?? '').toLowerCase();

describe('every template of the gallery', () => {
  it('says what it is, what starts it and what is left to do, and describes its parameters', () => {
    assert.ok(items.length >= 12);
    for (const { name, title, summary, description, category, tags, version, afterDeployment, parameters } of items) {
      assert.match(name, /^[a-z]+(-[a-z]+)+$/);
      for (const text of [title, summary, ...description, ...afterDeployment]) assert.ok(text.length > 5, name);
      assert.equal(category, 'Security');
      assert.match(version, /^\d+\.\d+\.\d+$/);
      assert.ok(tags.length > 0 && description.length > 0 && afterDeployment.length > 0, name);
      for (const parameter of parameters) assert.ok(parameter.description.length > 5, `${name} ${parameter.name}`);
    }
  });

  it('has the trigger that the built-in policies look up, and tells it in its outputs', () => {
    const names: Readonly<Record<string, string>> = {
      Alert: 'When_a_Microsoft_Defender_for_Cloud_alert_is_created_or_triggered',
      Recommendation: 'When_a_Microsoft_Defender_for_Cloud_recommendation_is_created_or_triggered',
      RegulatoryCompliance: 'When_a_Defender_for_Cloud_regulatory_compliance_assessment_is_created_or_runs',
      Recurrence: 'Recurrence',
    };
    for (const { name, trigger, template } of items) {
      assert.equal(trigger.name, names[trigger.kind], name);
      assert.equal(textMember(memberOf(memberOf(template, 'outputs'), 'triggerName'), 'value'), trigger.name);
    }
  });

  it('keeps secure parameters secure on their way into the workflow, and has no value for others to see', () => {
    for (const item of items) {
      const workflow = workflowOf(item);
      const declared = memberOf(memberOf(workflow, 'definition'), 'parameters');
      for (const { name, type } of item.parameters) {
        const inner = memberOf(declared, name);
        if (inner === undefined) continue;
        assert.equal(typeOf(inner), type.toLowerCase(), `${item.name} ${name}`);
        assert.equal(memberOf(inner, 'defaultValue'), undefined);
      }
    }
  });

  it('names a role when it acts with an identity on resources', () => {
    for (const item of items) {
      const acts = JSON.stringify(workflowOf(item)).includes('ManagedServiceIdentity');
      assert.equal('principalId' in (memberOf(item.template, 'outputs') as JsonObject), acts, item.name);
      if (acts) assert.ok(item.roles.length > 0, item.name);
    }
  });
});

it('the list is narrowed by category, trigger, connector and words, all of which must fit, ignoring case', () => {
  const names = (filter: Parameters<typeof listGallery>[0]): readonly string[] =>
    listGallery(filter).map(({ name }) => name);
  assert.equal(names({}).length, items.length);
  assert.deepEqual(names({ trigger: 'recurrence' }), ['recommendation-digest']);
  assert.deepEqual(names({ connector: 'Teams' }), ['teams-message-on-alert']);
  assert.deepEqual(names({ search: 'APPROVAL user' }), ['disable-user-with-approval']);
  assert.deepEqual(names({ search: 'approval', connector: 'teams' }), []);
  assert.deepEqual(names({ category: 'General' }), []);
});
