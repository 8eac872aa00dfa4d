/** Aliases whose name is not the path of the property, lower case. Source: policy reference 3.5. */
export const aliasPaths: Readonly<Record<string, string>> = {
  'microsoft.compute/imagepublisher': 'properties.storageProfile.imageReference.publisher',
  'microsoft.compute/imageoffer': 'properties.storageProfile.imageReference.offer',
  'microsoft.compute/imagesku': 'properties.storageProfile.imageReference.sku',
  'microsoft.compute/imageversion': 'properties.storageProfile.imageReference.version',
  'microsoft.compute/licensetype': 'properties.licenseType',
  'microsoft.compute/virtualmachines/imagepublisher': 'properties.storageProfile.imageReference.publisher',
  'microsoft.compute/virtualmachines/imageoffer': 'properties.storageProfile.imageReference.offer',
  'microsoft.compute/virtualmachines/imagesku': 'properties.storageProfile.imageReference.sku',
  'microsoft.compute/virtualmachines/imageversion': 'properties.storageProfile.imageReference.version',
  'microsoft.compute/virtualmachines/sku.name': 'properties.hardwareProfile.vmSize',
  'microsoft.compute/virtualmachines/osdisk.uri': 'properties.storageProfile.osDisk.vhd.uri',
  'microsoft.compute/virtualmachinescalesets/imagepublisher':
    'properties.virtualMachineProfile.storageProfile.imageReference.publisher',
  'microsoft.compute/virtualmachinescalesets/imageoffer':
    'properties.virtualMachineProfile.storageProfile.imageReference.offer',
  'microsoft.compute/virtualmachinescalesets/imagesku':
    'properties.virtualMachineProfile.storageProfile.imageReference.sku',
  'microsoft.compute/virtualmachinescalesets/imageversion':
    'properties.virtualMachineProfile.storageProfile.imageReference.version',
  'microsoft.network/expressroutecircuits/serviceprovider.bandwidthinmbps':
    'properties.serviceProviderProperties.bandwidthInMbps',
  'microsoft.network/expressroutecircuits/serviceprovider.name':
    'properties.serviceProviderProperties.serviceProviderName',
  'microsoft.network/expressroutecircuits/serviceprovider.peeringlocation':
    'properties.serviceProviderProperties.peeringLocation',
  'microsoft.sql/transparentdataencryption.status': 'properties.status',
  'microsoft.sql/servers/databases/transparentdataencryption.status': 'properties.status',
};
