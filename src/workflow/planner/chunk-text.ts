/** ChunkText: its inputs. Owns: judging on save what is written out. Source: engine reference 4.5. */
import { chunkFaults } from '../chunk-options.ts';
import { invalidInput, isExpression, type PlainBody, requireInputs, wholeInputs } from './inputs.ts';

export const chunkText: PlainBody = (action) => {
  requireInputs(action, 'chunkingStrategy', 'text');
  const { members } = action;
  const faults = chunkFaults((name) => {
    const value = members.get(name);
    return isExpression(value) ? undefined : value;
  });
  for (const { member, message } of faults) invalidInput(action, message, member);
  return { kind: 'chunkText', inputs: wholeInputs(action) };
};
