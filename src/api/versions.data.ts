/**
 * The api-versions of the providers that the core serves, oldest first.
 * Source: the published versions of each REST API; those that published templates and clients send.
 */

export const resourceVersions: readonly string[] = [
  '2014-04-01-preview',
  '2014-04-01',
  '2015-01-01',
  '2015-11-01',
  '2016-02-01',
  '2016-06-01',
  '2016-07-01',
  '2016-09-01',
  '2017-05-10',
  '2017-08-01',
  '2018-01-01',
  '2018-02-01',
  '2018-05-01',
  '2018-08-01',
  '2019-03-01',
  '2019-05-01',
  '2019-05-10',
  '2019-06-01',
  '2019-07-01',
  '2019-08-01',
  '2019-10-01',
  '2019-11-01',
  '2020-01-01',
  '2020-06-01',
  '2020-08-01',
  '2020-09-01',
  '2020-10-01',
  '2021-01-01',
  '2021-04-01',
  '2021-10-01',
  '2022-01-01',
  '2022-05-01',
  '2022-06-01',
  '2022-09-01',
  '2022-12-01',
  '2023-07-01',
  '2023-08-01',
  '2024-03-01',
  '2024-07-01',
  '2024-11-01',
  '2025-03-01',
  '2025-04-01',
];

export const aliasVersions: readonly string[] = [
  '2019-10-01-preview',
  '2020-09-01',
  '2021-10-01',
  '2024-08-01-preview',
];

export const authorizationVersions: readonly string[] = [
  '2014-10-01-preview',
  '2015-07-01',
  '2017-10-01-preview',
  '2018-01-01-preview',
  '2018-07-01',
  '2018-09-01-preview',
  '2020-03-01-preview',
  '2020-04-01-preview',
  '2020-08-01-preview',
  '2020-10-01-preview',
  '2022-04-01',
  '2022-05-01-preview',
];

export const managementVersions: readonly string[] = [
  '2017-08-31-preview',
  '2018-01-01-preview',
  '2018-03-01-preview',
  '2019-11-01',
  '2020-02-01',
  '2020-05-01',
  '2020-10-01',
  '2021-04-01',
  '2023-04-01',
];

export const activityVersions: readonly string[] = ['2014-04-01', '2015-04-01', '2017-03-01-preview'];

export const policyVersions: readonly string[] = [
  '2015-10-01-preview',
  '2015-11-01',
  '2016-04-01',
  '2016-12-01',
  '2017-06-01-preview',
  '2018-03-01',
  '2018-05-01',
  '2019-01-01',
  '2019-06-01',
  '2019-09-01',
  '2020-03-01',
  '2020-08-01',
  '2020-09-01',
  '2021-06-01',
  '2022-06-01',
  '2023-04-01',
  '2024-04-01',
  '2024-05-01',
  '2025-01-01',
  '2025-03-01',
];

export const policyExemptionVersions: readonly string[] = [
  '2020-07-01-preview',
  '2022-07-01-preview',
  '2024-12-01-preview',
];
