/** The filter of the activity log. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { activityFilter, activityStatuses } from '../../portal/src/model/activity-filter.ts';

const all = { days: 'all', statuses: [...activityStatuses], operation: '', caller: '' };
const now = Date.parse('2026-11-26T15:00:00Z');

describe('the filter of the activity log', () => {
  it('is empty for everything', () => {
    assert.equal(activityFilter(all, now), '');
  });

  it('begins with the day that many days ago', () => {
    assert.equal(activityFilter({ ...all, days: '1' }, now), "eventTimestamp ge '2026-11-26T00:00:00.000Z'");
    assert.equal(activityFilter({ ...all, days: '30' }, now), "eventTimestamp ge '2026-10-28T00:00:00.000Z'");
  });

  it('joins what is wanted, quotes doubled', () => {
    assert.equal(
      activityFilter({ ...all, statuses: ['Failed', 'Started'], operation: ' logic ', caller: "O'Hara" }, now),
      "(status eq 'Failed' or status eq 'Started') and contains(operationName, 'logic') and contains(caller, 'O''Hara')",
    );
  });
});
