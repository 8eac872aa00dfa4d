/**
 * Published templates that end otherwise than their authors hoped, for a reason that was read in the file: what Azure would
 * answer too.
 */
export interface Review {
  /** End of the file's path. */
  readonly file: string;
  /** A part of the failure that this explains. */
  readonly says: string;
  readonly because: string;
}

export const reviewed: readonly Review[] = [
  {
    file: 'open-dev-ops-task-recommendation.json',
    says: "The type '' of trigger 'triggers'",
    because: 'its triggers stand one level too deep',
  },
  {
    file: 'block-ip-address.json',
    says: 'customApis/MerakiConnector',
    because: 'it depends on a custom connector that is not in the template',
  },
  {
    file: 'block-on-prem-aduser.json',
    says: 'minLength',
    because: 'the default of a parameter breaks its own minLength',
  },
  {
    file: 'block-suspicious-dns-activity.json',
    says: 'HTTP_-_Get_Azure_VM',
    because: 'it reads the alert below a member body, which no published alert has',
  },
  {
    file: 'export-ascdata-to-event-hub.json',
    says: "function 'base64' expects",
    because: 'it encodes an object, which base64 refuses',
  },
  {
    file: 'remediate-management-ports-of-virtual-machines-should-be-protected-with-just-in.json',
    says: 'CostCenter',
    because: 'its schema requires the tags of its author',
  },
  {
    file: 'fortinet-response-on-url.json',
    says: 'Check_address_object_is_already_exist_in_firewall',
    because: 'its function app is named by a parameter that was left empty',
  },
  {
    file: 'scheduled-scan-storage.json',
    says: "body('ListStorageAccounts')?['data'][0]",
    because: 'it scans storage accounts by placeholder names, which the estate does not have',
  },
  {
    file: 'secure-score-reduction-alerts.json',
    says: 'Microsoft.OperationalInsights/workspaces/Enter',
    because: 'a placeholder of the template was left in a name',
  },
];
