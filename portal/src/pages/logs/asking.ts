/** A query under way and what came of it. */
import { useCallback, useRef, useState } from 'react';
import { type ArmError, asArmError } from '../../api/arm-error.ts';
import { type Question, runQuery } from '../../data/logs.ts';
import { placedFault, type QueryResult } from '../../model/query-result.ts';

export interface Asked {
  readonly question: Question;
  /** Milliseconds. */
  readonly took: number;
  readonly result: QueryResult;
}

interface State {
  readonly running: boolean;
  readonly asked?: Asked;
  readonly error?: ArmError;
  readonly mark?: { readonly message: string; readonly line: number; readonly column: number };
}

/** One query at a time: the next one ends the one before. */
export function useAsking() {
  const [state, setState] = useState<State>({ running: false });
  const current = useRef<AbortController>(undefined);
  const cancel = useCallback((): void => {
    current.current?.abort();
    setState(({ asked }) => ({ running: false, ...(asked === undefined ? {} : { asked }) }));
  }, []);
  const ask = async (question: Question, isWhole: boolean): Promise<QueryResult | undefined> => {
    current.current?.abort();
    const controller = new AbortController();
    current.current = controller;
    setState({ running: true });
    const started = performance.now();
    try {
      const { bounded } = await import('../../parts/query/judge.ts');
      const text = question.mode === 'logs' ? bounded(question.text, question.most) : question.text;
      const result = await runQuery({ ...question, text }, controller.signal);
      setState({ running: false, asked: { question, result, took: performance.now() - started } });
      return result;
    } catch (error) {
      if (controller.signal.aborted) return undefined;
      const fault = asArmError(error);
      const { line, column, message } = placedFault(fault.raw) ?? {};
      const mark =
        isWhole && line !== undefined && column !== undefined
          ? { message: message ?? fault.message, line, column }
          : undefined;
      setState({ running: false, error: fault, ...(mark === undefined ? {} : { mark }) });
      return undefined;
    }
  };
  const forgetFault = (): void =>
    setState((before) => {
      if (before.mark === undefined) return before;
      const { mark: _, ...rest } = before;
      return rest;
    });
  return { ...state, ask, cancel, forgetFault };
}
