import { EmbeddedHostUnderTest } from '../suites/embedded-host-under-test.ts';
import { limitedRunsSuite } from '../suites/limited-runs.ts';
import { runHostSuite } from '../suites/run-host.ts';
import { sqliteUnderTest } from './sqlite-under-test.ts';

runHostSuite('EmbeddedHost on SQLite', async (world) => new EmbeddedHostUnderTest(world, await sqliteUnderTest()));
limitedRunsSuite('EmbeddedHost on SQLite', async (world) => new EmbeddedHostUnderTest(world, await sqliteUnderTest()));
