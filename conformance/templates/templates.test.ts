/** Runs the conformance cases of the template language. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testConformance } from '../ratchet.ts';
import { judgeCase, readCases } from './case-file.ts';

testConformance('templates', dirname(fileURLToPath(import.meta.url)), readCases, judgeCase);
