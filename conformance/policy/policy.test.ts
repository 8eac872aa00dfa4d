/** Runs the conformance cases of the policy language. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testConformance } from '../ratchet.ts';
import { judgeCase, readCases } from './case-file.ts';

testConformance('policy', dirname(fileURLToPath(import.meta.url)), readCases, judgeCase);
