/** Runs the conformance cases of the expression language. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testConformance } from '../ratchet.ts';
import { judgeCase, readCases } from './case-file.ts';

testConformance('expressions', dirname(fileURLToPath(import.meta.url)), readCases, judgeCase);
