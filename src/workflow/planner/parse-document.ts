/** ParseDocument, ParseDocumentWithMetadata: their inputs. Owns: judging on save what is written out. Source: engine reference 4.5. */
import { documentTypeFault } from '../document-types.ts';
import { invalidInput, isExpression, type PlainBody, requireInputs, wholeInputs } from './inputs.ts';

function reading(withMetadata: boolean): PlainBody {
  return (action) => {
    requireInputs(action, 'content', ...(withMetadata ? ['fileType'] : []));
    const given = action.members.get('fileType');
    const fault = isExpression(given) ? undefined : documentTypeFault(given);
    if (fault !== undefined) invalidInput(action, fault, 'fileType');
    return { kind: 'parseDocument', inputs: wholeInputs(action), withMetadata };
  };
}

export const parseDocument = reading(false);
export const parseDocumentWithMetadata = reading(true);
