/** The api-versions of Microsoft.Logic that clients and templates use. Source: ARM reference 6. */
export const logicVersions: readonly string[] = [
  '2015-02-01-preview',
  '2015-08-01-preview',
  '2016-06-01',
  '2016-10-01',
  '2017-07-01',
  '2018-07-01-preview',
  '2019-05-01',
];
