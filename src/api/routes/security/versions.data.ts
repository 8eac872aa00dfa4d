/** The api-versions of `Microsoft.Security`, oldest first. Source: management API reference 5. */

export const automationVersions: readonly string[] = ['2019-01-01-preview', '2023-12-01-preview'];

export const alertVersions: readonly string[] = [
  '2015-06-01-preview',
  '2019-01-01',
  '2020-01-01',
  '2021-01-01',
  '2021-11-01',
  '2022-01-01',
];

export const suppressionRuleVersions: readonly string[] = ['2019-01-01-preview'];

export const assessmentVersions: readonly string[] = ['2019-01-01-preview', '2020-01-01', '2021-06-01'];

export const complianceVersions: readonly string[] = ['2019-01-01-preview'];

export const secureScoreVersions: readonly string[] = ['2020-01-01', '2020-01-01-preview'];

export const locationVersions: readonly string[] = ['2015-06-01-preview'];

export const pricingVersions: readonly string[] = [
  '2017-08-01-preview',
  '2018-06-01',
  '2022-03-01',
  '2023-01-01',
  '2024-01-01',
];

export const settingVersions: readonly string[] = ['2019-01-01', '2021-06-01', '2021-07-01', '2022-05-01'];
