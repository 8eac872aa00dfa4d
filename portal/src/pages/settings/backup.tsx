/** Backup: how a copy of the server is made and brought back. */
import type { ReactElement } from 'react';
import { CommandLine } from './command-line.tsx';
import { WithSettings } from './with-settings.tsx';

export function BackupSection(): ReactElement {
  return (
    <WithSettings>
      {({ about: { dataFolder = '.tocsin' } }) => (
        <section className="card" aria-label="Backup and restore">
          <p>
            A backup is made on the machine of the server, while it runs or without it. It is one moment of the store,
            checked page by page, and complete as soon as it is there.
          </p>
          <h3>Make a backup</h3>
          <CommandLine text={`npx tocsin backup /backups/today --data '${dataFolder}'`} />
          <h3>Restore one</h3>
          <CommandLine text="npx tocsin restore /backups/today --data /srv/tocsin" />
          <p className="help">
            The copy holds the keys of the data folder: the one that opens the secrets of connections (unless it is kept
            elsewhere), the admin token, the token key, the certificate authority. Keep it as safe as the folder itself.
            Back up before an update.
          </p>
        </section>
      )}
    </WithSettings>
  );
}
