/** Sample alerts by bundle. */
import { Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, ToolbarButton } from '@fluentui/react-components';
import { BeakerRegular } from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import { call } from '../../api/http.ts';
import { alertVersion } from '../../data/alerts.ts';
import { followOperation, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { useChosenSubscriptions } from '../../data/scope.ts';
import { useAddress } from '../../design/address.ts';

const bundles = [
  'VirtualMachines',
  'SqlServers',
  'StorageAccounts',
  'KubernetesService',
  'AppServices',
  'KeyVaults',
  'DNS',
  'ResourceManager',
];

/** Whether the bundles are shown: the search box leads here with them open. */
const defaults = { samples: '' };

/** Alerts of a bundle, as Azure's own samples are made: they start automations like real ones. */
export function SampleCommand(): ReactElement {
  const [subscription] = useChosenSubscriptions();
  const [{ samples }, setAddress] = useAddress(defaults);
  const create = async (bundle: string): Promise<void> => {
    if (subscription === undefined) return;
    try {
      const answer = await call(
        'POST',
        `${subscription.id}/providers/Microsoft.Security/locations/westeurope/alerts/default/simulate?api-version=${alertVersion}`,
        { body: { properties: { kind: 'Bundles', bundles: [bundle] } } },
      );
      await followOperation(answer, `Creating sample alerts: ${bundle}`, `Sample alerts of ${bundle} were created`);
      await refreshAll();
    } catch (error) {
      notifyFailure('The sample alerts were not created', error);
    }
  };
  return (
    <Menu open={samples !== ''} onOpenChange={(_, { open }) => setAddress({ samples: open ? 'choose' : undefined })}>
      <MenuTrigger disableButtonEnhancement>
        <ToolbarButton icon={<BeakerRegular />}>Create sample alerts</ToolbarButton>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {bundles.map((bundle) => (
            <MenuItem key={bundle} onClick={() => void create(bundle)}>
              {bundle}
            </MenuItem>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
