/** Shows a section once the server's settings are there, or why they are not. */
import type { ReactElement } from 'react';
import { type ServerSettings, useServerSettings } from '../../data/settings.ts';
import { Failure, Loading } from '../../design/states.tsx';

export function WithSettings({
  children,
}: {
  readonly children: (settings: ServerSettings) => ReactElement;
}): ReactElement {
  const { data, error, refetch } = useServerSettings();
  if (data !== undefined) return children(data);
  if (error === null) return <Loading rows={4} />;
  return <Failure error={error} what="The settings could not be read" retry={() => void refetch()} />;
}
