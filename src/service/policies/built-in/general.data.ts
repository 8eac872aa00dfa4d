/** Policies on where and what may be deployed. Source: the ids, parameters and rules are Azure's published ones; policy reference 10. */
import { type BuiltInDefinition, builtIn, declared, effectParameter, parameter } from './definition.ts';

const category = 'General';
const resourceGroups = { field: 'type', equals: 'Microsoft.Resources/subscriptions/resourceGroups' };

const locations = (what: string) => ({
  listOfAllowedLocations: declared('Array', ['Allowed locations', `The locations that ${what} may have.`], {
    metadata: { strongType: 'location' },
  }),
});

const types = (displayName: string, description: string) =>
  declared('Array', [displayName, description], { metadata: { strongType: 'resourceTypes' } });

export const general: readonly BuiltInDefinition[] = [
  builtIn({
    name: 'e56962a6-4747-49cd-b67b-bf8b01975c4c',
    displayName: 'Allowed locations',
    description:
      'Refuses resources in other locations than those listed, for data that has to stay in a region. Resource groups, resources of the location `global` and B2C directories are not judged.',
    category,
    version: '1.0.0',
    mode: 'Indexed',
    parameters: locations('resources'),
    if: {
      allOf: [
        { field: 'location', notIn: parameter('listOfAllowedLocations') },
        { field: 'location', notEquals: 'global' },
        { field: 'type', notEquals: 'Microsoft.AzureActiveDirectory/b2cDirectories' },
      ],
    },
    effect: 'deny',
  }),
  builtIn({
    name: 'e765b5de-1225-4ba3-bd56-1ac6695af988',
    displayName: 'Allowed locations for resource groups',
    description: 'Refuses resource groups in other locations than those listed, for data that has to stay in a region.',
    category,
    version: '1.0.0',
    mode: 'All',
    parameters: locations('resource groups'),
    if: { allOf: [resourceGroups, { field: 'location', notIn: parameter('listOfAllowedLocations') }] },
    effect: 'deny',
  }),
  builtIn({
    name: 'a08ec900-254a-4555-9bf5-e42af04b5c5c',
    displayName: 'Allowed resource types',
    description:
      'Refuses resources of other types than those listed. Only types with location and tags are judged; for all of them, make a copy of this definition with the mode `All`.',
    category,
    version: '1.0.0',
    mode: 'Indexed',
    parameters: { listOfResourceTypesAllowed: types('Allowed resource types', 'The types that may be deployed.') },
    if: { not: { field: 'type', in: parameter('listOfResourceTypesAllowed') } },
    effect: 'deny',
  }),
  builtIn({
    name: '6c112d4e-5bc7-47ae-a041-ea2d9dccd749',
    displayName: 'Not allowed resource types',
    description:
      'Refuses resources of the listed types, or reports them: what nobody needs can neither be attacked nor billed. Only resources that break the policy have a state.',
    category,
    version: '2.0.0',
    mode: 'All',
    parameters: {
      listOfResourceTypesNotAllowed: types('Not allowed resource types', 'The types that may not be deployed.'),
      effect: effectParameter('Deny', 'Audit', 'Disabled'),
    },
    // The second condition is not on the type: without it every resource of another type would count as compliant.
    if: {
      allOf: [
        { field: 'type', in: parameter('listOfResourceTypesNotAllowed') },
        { value: "[field('type')]", exists: true },
      ],
    },
    effect: parameter('effect'),
  }),
  builtIn({
    name: '0a914e76-4921-4c19-b460-a2d36003525a',
    displayName: 'Audit resource location matches resource group location',
    description: 'Reports resources that are in another location than their resource group.',
    category,
    version: '2.0.0',
    mode: 'Indexed',
    if: {
      allOf: [
        { field: 'location', notEquals: '[resourcegroup().location]' },
        { field: 'location', notEquals: 'global' },
      ],
    },
    effect: 'audit',
  }),
  builtIn({
    name: '78460a36-508a-49a4-b2b2-2f5ec564f4bb',
    displayName: '[Preview]: Do not allow deletion of resource types',
    description: 'Refuses to delete resources of the listed types, so that none of them goes by mistake.',
    category,
    version: '1.0.0-preview',
    mode: 'All',
    parameters: {
      listOfResourceTypesDisallowedForDeletion: types(
        'Resource types that cannot be deleted',
        'The types whose resources stay.',
      ),
      effect: effectParameter('DenyAction', 'Disabled'),
    },
    if: { field: 'type', in: parameter('listOfResourceTypesDisallowedForDeletion') },
    effect: parameter('effect'),
    details: { actionNames: ['delete'] },
  }),
];
