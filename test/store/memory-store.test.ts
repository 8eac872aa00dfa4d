import { memoryStore } from '#store';
import { storeSuite } from '../suites/store.ts';

storeSuite('memory store', async () => memoryStore());
