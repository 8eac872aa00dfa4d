/** The names of the store's files inside a data folder. */
import { join } from 'node:path';

export interface FolderFiles {
  readonly database: string;
  readonly key: string;
}

export function filesOf(folder: string): FolderFiles {
  return { database: join(folder, 'tocsin.db'), key: join(folder, 'secret-key') };
}
