/** An expression with all that helps to write it: functions, what earlier steps leave, faults, its value. Source: portal reference 5.8. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  SearchBox,
  Tab,
  TabList,
  Textarea,
} from '@fluentui/react-components';
import { lazy, type ReactElement, Suspense, useMemo, useState } from 'react';
import { Loading } from '../../design/states.tsx';
import { evaluateExpression, expressionProblems } from '../core/evaluate.ts';
import type { JsonData } from '../core/json-value.ts';
import { functionTable } from '../core/language.ts';
import type { Token } from '../core/tokens.ts';

/** Monaco is large: it comes when an expression is opened. */
const ExpressionEditor = lazy(async () => ({ default: (await import('./expression-editor.tsx')).ExpressionEditor }));

export interface ExpressionDialogProps {
  readonly expression: string;
  readonly tokens: readonly Token[];
  /** What the last run left, and what an alert looks like: where results come from. */
  readonly sample: JsonData;
  readonly onDone: (expression: string) => void;
  readonly onClose: () => void;
}

export function ExpressionDialog({ expression, tokens, sample, onDone, onClose }: ExpressionDialogProps): ReactElement {
  const [text, setText] = useState(expression);
  const problems = useMemo(() => expressionProblems(text), [text]);
  const finish = (): void => {
    if (text.trim() !== '') onDone(text.trim());
  };
  const put = (piece: string): void => setText((now) => (now.trim() === '' ? piece : `${now}${piece}`));
  return (
    <Dialog open onOpenChange={(_, { open }) => (open ? undefined : onClose())}>
      <DialogSurface aria-label="Expression" className="expression-dialog">
        <DialogBody>
          <DialogTitle>Expression</DialogTitle>
          <DialogContent>
            <div className="expression-columns">
              <div>
                <Suspense fallback={<Loading rows={2} label="Loading the editor" />}>
                  <ExpressionEditor value={text} tokens={tokens} onChange={setText} onDone={finish} />
                </Suspense>
                <div role="status" className={problems.length === 0 ? 'help' : 'field-fault'}>
                  {problems.length === 0
                    ? 'Ctrl+Space completes, Ctrl+Enter inserts.'
                    : problems.map(({ message, start }) => `${message} (at ${start + 1})`).join(' ')}
                </div>
                <Outcome text={text} isValid={problems.length === 0} sample={sample} />
              </div>
              <Pieces tokens={tokens} onPut={put} />
            </div>
          </DialogContent>
          <DialogActions>
            <Button
              appearance="primary"
              disabledFocusable={text.trim() === '' || problems.length > 0}
              onClick={() => (problems.length > 0 ? undefined : finish())}
            >
              {expression === '' ? 'Insert' : 'Update'}
            </Button>
            <Button onClick={onClose}>Cancel</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

function Outcome({
  text,
  isValid,
  sample,
}: {
  readonly text: string;
  readonly isValid: boolean;
  readonly sample: JsonData;
}): ReactElement {
  const [typed, setTyped] = useState<string>();
  const shown = typed ?? JSON.stringify(sample, undefined, 2);
  const result = useMemo(() => {
    if (text.trim() === '' || !isValid) return undefined;
    try {
      return evaluateExpression(text, JSON.parse(shown) as JsonData);
    } catch {
      return { ok: false as const, message: 'The sample data is not valid JSON.' };
    }
  }, [text, isValid, shown]);
  return (
    <>
      <h3 id="expression-result">Result</h3>
      <pre
        className={result?.ok === false ? 'json field-fault' : 'json'}
        role="region"
        aria-labelledby="expression-result"
        aria-live="polite"
      >
        {result === undefined ? '–' : result.ok ? result.text : result.message}
      </pre>
      <Field label="Sample data" hint="What the expression reads: the last run's values where there are any.">
        <Textarea
          className="mono"
          rows={7}
          resize="vertical"
          value={shown}
          onChange={(_, { value }) => setTyped(value)}
        />
      </Field>
    </>
  );
}

function Pieces({
  tokens,
  onPut,
}: {
  readonly tokens: readonly Token[];
  readonly onPut: (piece: string) => void;
}): ReactElement {
  const [view, setView] = useState('functions');
  const [query, setQuery] = useState('');
  const wanted = query.toLowerCase();
  return (
    <div className="expression-pieces">
      <TabList
        size="small"
        selectedValue={view}
        onTabSelect={(_, { value }) => setView(value as string)}
        aria-label="Pieces"
      >
        <Tab value="functions">Functions</Tab>
        <Tab value="tokens">Dynamic content</Tab>
      </TabList>
      <SearchBox
        aria-label="Search functions and content"
        placeholder="Search functions and content"
        size="small"
        value={query}
        onChange={(_, { value }) => setQuery(value)}
      />
      <ul className="piece-list" aria-label={view === 'functions' ? 'Functions' : 'Content'}>
        {view === 'functions'
          ? functionTable
              .filter(({ name, help, group }) => `${name} ${help} ${group}`.toLowerCase().includes(wanted))
              .map(({ name, help, parameters }) => (
                <li key={name}>
                  <button
                    type="button"
                    title={help}
                    onClick={() => onPut(parameters.length === 0 ? `${name}()` : `${name}(`)}
                  >
                    <code>{name}</code> <span className="muted">{help}</span>
                  </button>
                </li>
              ))
          : tokens
              .filter(({ title, group, expression }) =>
                `${title} ${group} ${expression}`.toLowerCase().includes(wanted),
              )
              .slice(0, 200)
              .map(({ title, group, expression }) => (
                <li key={expression}>
                  <button type="button" title={expression} onClick={() => onPut(expression)}>
                    {title} <span className="muted">{group}</span>
                  </button>
                </li>
              ))}
      </ul>
    </div>
  );
}
