/** Runs the conformance cases of the Kusto query language. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testConformance } from '../ratchet.ts';
import { judgeCase, readCases } from './case-file.ts';

testConformance('query', dirname(fileURLToPath(import.meta.url)), readCases, judgeCase);
