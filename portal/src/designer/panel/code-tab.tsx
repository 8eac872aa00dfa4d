/** A step's own text, to be edited as it stands in the definition. Source: portal reference 5.5. */
import { Button } from '@fluentui/react-components';
import { lazy, type ReactElement, Suspense, useState } from 'react';
import { Loading } from '../../design/states.tsx';
import { type Doc, sourceOf, valueAt } from '../core/document.ts';
import type { NodeInfo } from '../core/graph.ts';
import { indentAt, reindented } from '../core/json-value.ts';
import { replaceNodeText } from '../core/operations/set-value.ts';
import type { EditorSession } from '../editor/session.ts';

const CodeEditor = lazy(async () => ({ default: (await import('../../parts/code-editor.tsx')).CodeEditor }));

export interface CodeTabProps {
  readonly session: EditorSession;
  readonly doc: Doc;
  readonly node: NodeInfo;
}

export function CodeTab({ session, doc, node }: CodeTabProps): ReactElement {
  const value = valueAt(doc, node.path);
  const source = reindented(sourceOf(doc, node.path) ?? '', value === undefined ? '' : indentAt(doc, value.start), '');
  const [typed, setTyped] = useState<string>();
  const text = typed ?? source;
  const apply = (): void => {
    if (session.change((now, drawn) => replaceNodeText(now, drawn, node.path, text))) setTyped(undefined);
  };
  return (
    <div className="fields">
      <div className="row">
        <Button size="small" appearance="primary" disabledFocusable={text === source} onClick={apply}>
          Apply
        </Button>
        <Button size="small" disabledFocusable={text === source} onClick={() => setTyped(undefined)}>
          Discard
        </Button>
      </div>
      <p className="help">Ctrl+S applies. Escape, then Tab, leaves the editor.</p>
      <Suspense fallback={<Loading label="Loading the editor" />}>
        <CodeEditor
          value={text}
          language="workflow"
          label={`Code of ${node.name}`}
          onChange={setTyped}
          onSave={apply}
        />
      </Suspense>
    </div>
  );
}
