/** Versions of Microsoft.PolicyInsights. Source: ARM reference 11; the published REST API. */
export const stateVersions: readonly string[] = [
  '2018-04-04',
  '2018-07-01-preview',
  '2019-10-01',
  '2022-04-01',
  '2024-10-01',
];
export const remediationVersions: readonly string[] = ['2018-07-01-preview', '2019-07-01', '2021-10-01', '2024-10-01'];
export const attestationVersions: readonly string[] = ['2021-01-01', '2022-09-01', '2024-10-01'];
export const restrictionVersions: readonly string[] = ['2020-07-01', '2022-03-01', '2023-03-01', '2024-10-01'];
export const metadataVersions: readonly string[] = ['2019-10-01', '2022-04-01', '2024-10-01'];
