/**
 * What `POST {id}/{action}` does to resources of types that nobody here owns. A type that stands here has these actions and
 * no others; types that do not stand here take any action, which is recorded.
 * Source: connector reference 4 (calls of class E and the actions beyond the corpus); the REST APIs of the types.
 */
import type { JsonObject } from '#foundation';

/** How Azure answers: 202 and an operation to follow, 200 with a body, or an empty 200. */
export type ActionAnswer = 'accepted' | 'body' | 'empty';

/** What cannot be said by a merge: code of its own under this name. */
export type SpecialAction =
  | 'renewKey'
  | 'initiateAccess'
  | 'startMalwareScan'
  | 'cancelMalwareScan'
  | 'effectiveSecurityRules'
  | 'effectiveRoutes';

export interface ResourceAction {
  /** Full type of the resource acted on. */
  readonly type: string;
  readonly action: string;
  readonly answer: ActionAnswer;
  /** A merge patch of the resource's document; `{now}` is the time. */
  readonly merge?: JsonObject;
  /** What is answered, or what the operation ends with; `{now}`, `{name}`, `{uuid}` (new each time). */
  readonly result?: JsonObject;
  readonly special?: SpecialAction;
  /** One sentence for the reference page. */
  readonly does: string;
}

function power(code: string, displayStatus: string): JsonObject {
  return {
    properties: {
      extended: { instanceView: { powerState: { code: `PowerState/${code}`, displayStatus, level: 'Info' } } },
    },
  };
}

const running = power('running', 'VM running');
const machine = 'Microsoft.Compute/virtualMachines';
const scaleSet = 'Microsoft.Compute/virtualMachineScaleSets';

function accepted(type: string, action: string, does: string, more: Partial<ResourceAction> = {}): ResourceAction {
  return { type, action, answer: 'accepted', does, ...more };
}

function done(type: string, action: string, does: string, more: Partial<ResourceAction> = {}): ResourceAction {
  return { type, action, answer: 'empty', does, ...more };
}

function renewal(type: string, action: string): ResourceAction {
  return {
    type,
    action,
    answer: 'body',
    special: 'renewKey',
    does: 'The key named in the body is another one from now on; answers all keys.',
  };
}

const ranCommand: JsonObject = {
  value: [
    {
      code: 'ComponentStatus/StdOut/succeeded',
      level: 'Info',
      displayStatus: 'Provisioning succeeded',
      message: 'The command was recorded. No machine runs it here.',
    },
    { code: 'ComponentStatus/StdErr/succeeded', level: 'Info', displayStatus: 'Provisioning succeeded', message: '' },
  ],
};

const machines: readonly ResourceAction[] = [
  accepted(machine, 'deallocate', 'The power state becomes `PowerState/deallocated`.', {
    merge: power('deallocated', 'VM deallocated'),
  }),
  accepted(machine, 'powerOff', 'The power state becomes `PowerState/stopped`.', {
    merge: power('stopped', 'VM stopped'),
  }),
  accepted(machine, 'start', 'The power state becomes `PowerState/running`.', { merge: running }),
  accepted(machine, 'restart', 'The power state is `PowerState/running`.', { merge: running }),
  accepted(machine, 'redeploy', 'The power state is `PowerState/running`.', { merge: running }),
  accepted(machine, 'reapply', 'Recorded.'),
  accepted(machine, 'reimage', 'The power state is `PowerState/running`.', { merge: running }),
  accepted(machine, 'performMaintenance', 'Recorded.'),
  accepted(machine, 'convertToManagedDisks', 'Recorded.'),
  accepted(machine, 'runCommand', 'Recorded, never the script; ends with an output that says that nothing was run.', {
    result: ranCommand,
  }),
  accepted(machine, 'assessPatches', 'Ends with an assessment that found no patches.', {
    result: {
      status: 'Succeeded',
      assessmentActivityId: '{uuid}',
      rebootPending: false,
      criticalAndSecurityPatchCount: 0,
      otherPatchCount: 0,
      startDateTime: '{now}',
      availablePatches: [],
    },
  }),
  accepted(machine, 'installPatches', 'Ends with an installation that found nothing to install.', {
    result: {
      status: 'Succeeded',
      installationActivityId: '{uuid}',
      rebootStatus: 'NotNeeded',
      maintenanceWindowExceeded: false,
      excludedPatchCount: 0,
      notSelectedPatchCount: 0,
      pendingPatchCount: 0,
      installedPatchCount: 0,
      failedPatchCount: 0,
      patches: [],
      startDateTime: '{now}',
    },
  }),
  accepted(machine, 'capture', 'Recorded.'),
  done(machine, 'generalize', 'Recorded.'),
  done(machine, 'simulateEviction', 'Recorded.'),
  ...['deallocate', 'powerOff'].map((action) =>
    accepted(
      scaleSet,
      action,
      `The power state becomes \`PowerState/${action === 'deallocate' ? 'deallocated' : 'stopped'}\`.`,
      {
        merge: action === 'deallocate' ? power('deallocated', 'VM deallocated') : power('stopped', 'VM stopped'),
      },
    ),
  ),
  ...['start', 'restart', 'redeploy', 'reimage', 'reimageall', 'manualupgrade', 'performMaintenance'].map((action) =>
    accepted(scaleSet, action, 'The power state is `PowerState/running`.', { merge: running }),
  ),
  accepted(scaleSet, 'delete', 'Recorded: instances of scale sets are not kept.'),
];

const sites: readonly ResourceAction[] = ['Microsoft.Web/sites', 'Microsoft.Web/sites/slots'].flatMap((type) => [
  done(type, 'stop', '`properties.state` becomes `Stopped`.', {
    merge: { properties: { state: 'Stopped', enabled: false } },
  }),
  done(type, 'start', '`properties.state` becomes `Running`.', {
    merge: { properties: { state: 'Running', enabled: true } },
  }),
  done(type, 'restart', '`properties.state` is `Running`.', {
    merge: { properties: { state: 'Running', enabled: true } },
  }),
]);

const cluster = 'Microsoft.ContainerService/managedClusters';
const clusters: readonly ResourceAction[] = [
  accepted(cluster, 'stop', '`properties.powerState.code` becomes `Stopped`.', {
    merge: { properties: { powerState: { code: 'Stopped' } } },
  }),
  accepted(cluster, 'start', '`properties.powerState.code` becomes `Running`.', {
    merge: { properties: { powerState: { code: 'Running' } } },
  }),
  accepted(cluster, 'rotateClusterCertificates', 'Recorded.'),
];

const keys: readonly ResourceAction[] = [
  renewal('Microsoft.Storage/storageAccounts', 'regenerateKey'),
  renewal('Microsoft.EventHub/namespaces/authorizationRules', 'regenerateKeys'),
  renewal('Microsoft.EventHub/namespaces/eventhubs/authorizationRules', 'regenerateKeys'),
  renewal('Microsoft.ServiceBus/namespaces/authorizationRules', 'regenerateKeys'),
  renewal('Microsoft.ServiceBus/namespaces/queues/authorizationRules', 'regenerateKeys'),
  renewal('Microsoft.ServiceBus/namespaces/topics/authorizationRules', 'regenerateKeys'),
  renewal('Microsoft.DocumentDB/databaseAccounts', 'regenerateKey'),
  renewal('Microsoft.CognitiveServices/accounts', 'regenerateKey'),
  renewal('Microsoft.Cache/redis', 'regenerateKey'),
  renewal('Microsoft.ContainerRegistry/registries', 'regenerateCredential'),
  renewal('Microsoft.Batch/batchAccounts', 'regenerateKeys'),
  renewal('Microsoft.Maps/accounts', 'regenerateKey'),
];

const security: readonly ResourceAction[] = [
  {
    type: 'Microsoft.Security/locations/jitNetworkAccessPolicies',
    action: 'initiate',
    answer: 'body',
    special: 'initiateAccess',
    does: 'The request is added to `properties.requests` of the policy, each port with its end time and `Initiated`.',
  },
  {
    type: 'Microsoft.Security/defenderForStorageSettings',
    action: 'startMalwareScan',
    answer: 'body',
    special: 'startMalwareScan',
    does: 'A scan begins: `Queued`, then `InProgress`, then `Completed` with a summary that found nothing.',
  },
  {
    type: 'Microsoft.Security/defenderForStorageSettings/malwareScans',
    action: 'cancelMalwareScan',
    answer: 'body',
    special: 'cancelMalwareScan',
    does: 'A scan that has not ended becomes `Canceled`.',
  },
];

const network: readonly ResourceAction[] = [
  accepted(
    'Microsoft.Network/networkInterfaces',
    'effectiveNetworkSecurityGroups',
    'Ends with the rules of the security groups of the interface and of its subnets.',
    {
      special: 'effectiveSecurityRules',
    },
  ),
  accepted(
    'Microsoft.Network/networkInterfaces',
    'effectiveRouteTable',
    "Ends with the routes of the subnets' route tables.",
    { special: 'effectiveRoutes' },
  ),
  accepted('Microsoft.Network/azureFirewalls', 'packetCapture', 'Recorded.'),
  {
    type: 'Microsoft.Network/firewallPolicies',
    action: 'listIdpsSignatures',
    answer: 'body',
    result: { matchingRecordsCount: 0, signatures: [] },
    does: 'Answers no signatures: they are not published.',
  },
  accepted('Microsoft.Network/applicationGateways', 'start', '`properties.operationalState` becomes `Running`.', {
    merge: { properties: { operationalState: 'Running' } },
  }),
  accepted('Microsoft.Network/applicationGateways', 'stop', '`properties.operationalState` becomes `Stopped`.', {
    merge: { properties: { operationalState: 'Stopped' } },
  }),
];

export const resourceActions: readonly ResourceAction[] = [
  ...machines,
  ...sites,
  ...clusters,
  ...keys,
  ...security,
  ...network,
];

/** Other actions that these types have and that are recorded, answered empty: what playbooks may say beside the table. */
export const recordedActions: Readonly<Record<string, readonly string[]>> = {
  'microsoft.web/sites': [
    'backup',
    'sync',
    'syncfunctiontriggers',
    'migratemysql',
    'newpassword',
    'publishxml',
    'resetslotconfig',
    'restorefrombackupblob',
    'slotsswap',
    'applyslotconfig',
    'addpremieraddon',
  ],
  'microsoft.containerservice/managedclusters': [
    'listclusteradmincredential',
    'listclusterusercredential',
    'listclustermonitoringusercredential',
    'resetaadprofile',
    'resetserviceprincipalprofile',
    'abort',
    'runcommand',
  ],
  'microsoft.storage/storageaccounts': [
    'failover',
    'hierarchicalnamespacemigration',
    'aborthierarchicalnamespacemigration',
    'restoreblobranges',
    'revokeuserdelegationkeys',
    'startaccountmigration',
  ],
  'microsoft.cognitiveservices/accounts': ['listusages'],
  'microsoft.cache/redis': ['forcereboot', 'import', 'export', 'flush'],
  'microsoft.documentdb/databaseaccounts': ['failoverprioritychange', 'offlineregion', 'onlineregion', 'readonlykeys'],
  'microsoft.containerregistry/registries': [
    'importimage',
    'listbuildsourceuploadurl',
    'schedulerun',
    'generatecredentials',
  ],
  'microsoft.network/applicationgateways': ['backendhealth', 'getbackendhealthondemand', 'migratev1tov2'],
  'microsoft.network/azurefirewalls': ['learnedipprefixes', 'packetcaptureoperation'],
  'microsoft.network/firewallpolicies': ['listidpsfilteroptions', 'deploy'],
  'microsoft.compute/virtualmachines': [
    'retrievebootdiagnosticsdata',
    'attachdetachdatadisks',
    'migratetovirtualmachinescaleset',
  ],
  'microsoft.compute/virtualmachinescalesets': [
    'approverollingupgrade',
    'converttosingleplacementgroup',
    'forcerecoveryservicefabricplatformupdatedomainwalk',
    'osrollingupgrade',
    'setorchestrationservicestate',
  ],
};
