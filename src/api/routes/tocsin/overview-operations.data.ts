/** What the calls of the portal's first pages take and answer, in words. Source: own API reference, overview. */
import { list, type OwnOperation, paging } from './own-operation.ts';

const scopes = {
  scopes:
    'comma-separated ids of management groups, subscriptions or resource groups, at most 500; all that the caller may read',
} as const;

export const overviewOperations: readonly OwnOperation[] = [
  {
    method: 'GET',
    path: '/tocsin/v1/overview',
    tag: 'Overview',
    summary: 'Figures and charts of what the caller may read, from counts that are kept, not made.',
    query: { ...scopes, range: '24h (the default), 7d or 30d: what the charts show' },
    status: 200,
    answer: {
      range: 'string: the range',
      from: 'string: where the charts begin',
      bucketHours: 'integer: the width of a bucket of the charts',
      activeAlerts: 'object: how many alerts are active, by severity',
      affectedResources: 'integer: resources with an active alert',
      unhealthyResources: 'integer: resources with an unhealthy recommendation',
      automations: 'object: {enabled, disabled}',
      runs: 'object: {total, failed} of the last 24 hours',
      secureScore: 'object: {percentage}, from 0 to 1; absent where nothing has a score',
      recommendations:
        'object: {Unhealthy, Healthy, NotApplicable}: how many resources are in which state of a recommendation',
      alertsInTime: 'array: {start, High?, Medium?, Low?, Informational?} by the time of arrival',
      runsInTime: 'array: {start, Succeeded?, Failed?, …} by the start of the runs',
      topAutomations: 'array: {id, name, delivered, failed} of those that delivered most in the range',
      attention:
        'object: {total, items: [≤ 50 {kind, id, code, message, time?}]}; kinds Automation, Delivery, Connection, Remediation',
    },
  },
  {
    method: 'GET',
    path: '/tocsin/v1/search',
    tag: 'Overview',
    summary:
      'Resources whose names contain a text, in any case: the same name first, then those that begin so. An id finds what it names, and where no name fits the SystemAlertId of an alert finds the alert.',
    query: { 'q!': 'the text, 2 to 2,000 characters', ...scopes, $top: 'how many, 20 unless told, at most 100' },
    status: 200,
    answer: {
      value: 'array: {id, name, type, location?, resourceGroup?, subscriptionId?}',
      count: 'object: {value, exact}; not exact when more than 5,000 names fit and not all were looked at',
    },
  },
  {
    method: 'GET',
    path: '/tocsin/v1/changes',
    tag: 'Overview',
    summary:
      'A stream of hints at what changed, as server-sent events (Accept: text/event-stream); it ends after ten minutes and goes on behind Last-Event-ID.',
    query: { ...scopes, after: 'the id of the last event that arrived, where the header Last-Event-ID cannot be set' },
    status: 200,
    answer: {
      '*': 'text/event-stream: events hint with data {type, id, kind: created|updated|deleted|reset, at}; reset says that hints are missing',
    },
  },
  {
    method: 'GET',
    path: '/tocsin/v1/recommendations',
    tag: 'Overview',
    summary: 'Recommendations with how many resources are in which state, those with most unhealthy ones first.',
    query: {
      ...scopes,
      key: 'only this one, with the days of the last thirty on which states changed',
      filter: "as $filter over name, status and properties/…: properties/severity eq 'High'",
      environments: 'comma-separated: only resources of these, as recommendationKinds names them',
      resourceTypes: 'comma-separated: only resources of these types',
      ...paging,
    },
    status: 200,
    answer: { ...list, count: 'object: {value, exact}' },
  },
  {
    method: 'GET',
    path: '/tocsin/v1/docs',
    tag: 'Overview',
    summary: 'The documents that come with the product, by their titles and headings.',
    query: { q: 'the text; all of them without one', $top: 'how many, at most 100' },
    status: 200,
    answer: { value: 'array: {name, title, summary}; summary is the heading where that was found' },
  },
  {
    method: 'GET',
    path: '/tocsin/v1/docs/{rest*}',
    tag: 'Overview',
    summary: 'One document, by its name.',
    status: 200,
    answer: { name: 'string: concepts/brakes', title: 'string: its title', text: 'string: Markdown' },
  },
  {
    method: 'GET',
    path: '/tocsin/v1/recommendationKinds',
    tag: 'Overview',
    summary: 'Kinds of resources that there are recommendations of, in lower case.',
    query: scopes,
    status: 200,
    answer: { value: 'array: {environment, resourceType, count}' },
  },
  {
    method: 'GET',
    path: '/tocsin/v1/assessments',
    tag: 'Overview',
    summary:
      'The resources of one recommendation over all subscriptions, in the shape of the management API, newest first.',
    query: {
      'key!': 'the recommendation',
      ...scopes,
      filter: "as $filter: properties/status/code eq 'Unhealthy'",
      ...paging,
    },
    status: 200,
    answer: { ...list, count: 'object: {value, exact}; on the first page, where the filter names states alone' },
  },
  {
    method: 'GET',
    path: '/tocsin/v1/workflowSummaries',
    tag: 'Overview',
    summary: 'Logic apps with their last run, and the runs and failures of the last 24 hours, hour by hour.',
    query: {
      ...scopes,
      filter: "as $filter: properties/state eq 'Enabled'",
      ...paging,
      $top: 'how many, 100 unless told, at most 100',
    },
    status: 200,
    answer: list,
  },
];
