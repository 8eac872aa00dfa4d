/** The right to read an alert, recommendation or finding by its id. */
export function eventReadAction(id: string): string {
  if (/\/subassessments\/[^/]+$/i.test(id)) return 'Microsoft.Security/assessments/subAssessments/read';
  return /\/assessments\/[^/]+$/i.test(id) ? 'Microsoft.Security/assessments/read' : 'Microsoft.Security/alerts/read';
}
