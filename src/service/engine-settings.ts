/** What runs are stepped with, live and when they are looked at again: the documented limits and our callback URLs. */
import { defaultSettings, type EngineSettings } from '#engine';
import { actionCallbackUrl } from './callback-urls.ts';
import type { Services } from './services.ts';

/** @param services asked for late, because the host that runs on these settings is one of them. */
export function engineSettings(services: () => Services): EngineSettings {
  return {
    ...defaultSettings,
    callbackUrl: ({ workflowId, name }, _path, callback) => actionCallbackUrl(services(), workflowId, name, callback),
  };
}
