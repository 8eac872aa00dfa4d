/**
 * A run over the drawing of the version that it used.
 *
 * Invariants
 * R1. What is drawn is the version the run names, never the current one (portal reference 7.1).
 * R2. Inside a loop a card shows the chosen iteration, or says that it is loading, never another iteration (7.2).
 */
import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useMemo } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { withQuery } from '../../api/arm.ts';
import { call, read } from '../../api/http.ts';
import { type RunTree, type TreeAction, workflowPath } from '../../data/workflows.ts';
import { Failure, Loading } from '../../design/states.tsx';
import { useNow } from '../../design/time.tsx';
import { Canvas } from '../../designer/canvas/canvas.tsx';
import { PanelSplit } from '../../designer/canvas/panel-split.tsx';
import type { StepRun } from '../../designer/canvas/card-text.ts';
import { parse } from '../../designer/core/document.ts';
import { type Graph, graph as graphOf, type NodeInfo } from '../../designer/core/graph.ts';
import { whySkipped, worstInside } from '../../model/run-reasons.ts';
import type { Iterations } from '../../model/iterations.ts';
import { repetitionPart } from '../../model/run-steps.ts';
import { between, durationText } from '../../model/times.ts';
import { definitionText } from '../../designer/core/resource-text.ts';
import { StepDetail } from './step-detail.tsx';
import { Pager } from './pager.tsx';
import { chosenIndex } from './step-list.tsx';

export interface RunGraphProps {
  readonly runId: string;
  readonly tree: RunTree;
  readonly isFinal: boolean;
  readonly iterations: Iterations;
  /** The id of a run that this one is compared with; empty for none. */
  readonly compared: string;
  /** A step's name; empty for none. */
  readonly shown: string;
  readonly onShow: (name: string) => void;
  readonly onIterate: (loop: string, index: number) => void;
}

export function RunGraph(props: RunGraphProps): ReactElement {
  const { runId, tree } = props;
  const address = `${runId.replace(/\/runs\/[^/]+$/i, '')}/versions/${tree.version}`;
  const { data, error, refetch } = useQuery<string, ArmError>({
    queryKey: ['versionText', address],
    queryFn: async ({ signal }) => definitionText((await call('GET', workflowPath(address), { signal })).text),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const graph = useMemo(() => {
    const doc = data === undefined ? undefined : parse(data);
    return doc?.ok === true ? graphOf(doc.value) : undefined;
  }, [data]);
  if (error !== null) {
    return (
      <Failure error={error} what="The version that this run used could not be read" retry={() => void refetch()} />
    );
  }
  return graph === undefined ? <Loading /> : <Drawn {...props} graph={graph} />;
}

function Drawn({ graph, ...props }: RunGraphProps & { readonly graph: Graph }): ReactElement {
  const { runId, tree, isFinal, iterations, shown, onShow, onIterate } = props;
  const steps = useSteps(props);
  const others = useOther(props, graph);
  const now = useNow();
  const second = isFinal ? 0 : Math.floor(now / 1000) * 1000;
  const runs = useMemo(() => runsByPath(graph, steps, second, tree), [graph, steps, second, tree]);
  const selected = graph.byName.get(shown.toLowerCase())?.[0];
  const node = selected === undefined ? undefined : graph.nodes.get(selected);
  const loops = loopsOf(graph, selected);
  return (
    <PanelSplit
      drawing={
        <Canvas
          graph={graph}
          label="Run"
          selected={selected}
          runs={runs}
          {...(others === undefined ? {} : { others })}
          onSelect={(path) => {
            const chosen = graph.nodes.get(path);
            if (chosen !== undefined && chosen.kind !== 'trigger') onShow(chosen.name);
          }}
        />
      }
      panels={
        node === undefined
          ? []
          : [
              <div key="step" className="drawn-panel drawn-plain">
                {loops.map((name) => {
                  const loop = steps.get(name.toLowerCase())?.action.loop;
                  return loop === undefined || loop.count === 0 ? null : (
                    <Pager
                      key={name}
                      runId={runId}
                      inside={insideOf(loops, name, steps, iterations)}
                      name={name}
                      loop={loop}
                      index={chosenIndex(name, loop, iterations)}
                      onChoose={(index) => onIterate(name, index)}
                    />
                  );
                })}
                <StepDetail
                  runId={runId}
                  tree={tree}
                  name={node.name}
                  iterations={iterations}
                  isFinal={isFinal}
                  compared={props.compared}
                  reason={reasonOf(graph, node, steps)}
                  onShow={onShow}
                />
              </div>,
            ]
      }
    />
  );
}

/** The steps of the run that this one is compared with; what is in loops is left out, whose iterations need not match. */
function useOther({ compared }: RunGraphProps, graph: Graph): ReadonlyMap<string, StepRun> | undefined {
  const { data } = useQuery<RunTree, ArmError>({
    queryKey: ['runTree', compared],
    queryFn: ({ signal }) => read<RunTree>(withQuery('/tocsin/v1/runTree', { id: compared }), signal),
    enabled: compared !== '',
  });
  return useMemo(() => {
    if (data === undefined || compared === '') return undefined;
    const { steps } = collect(data, {}, () => undefined);
    return runsByPath(
      graph,
      new Map([...steps].filter(([, { loading }]) => !loading)),
      Date.parse(data.endTime ?? data.startTime),
      data,
    );
  }, [data, graph, compared]);
}

/** Why a step did not run. */
function reasonOf(graph: Graph, node: NodeInfo, steps: ReadonlyMap<string, Step>): string | undefined {
  const around = node.parent === undefined ? undefined : graph.nodes.get(node.parent);
  const parent =
    around === undefined ? undefined : { name: around.name, isBranching: /^(?:if|switch)$/i.test(around.type) };
  return whySkipped(node.after, parent, (name) => steps.get(name.toLowerCase())?.action.status);
}

/** The chosen iteration of the loops around one of them, as its name. */
function insideOf(
  loops: readonly string[],
  name: string,
  steps: ReadonlyMap<string, Step>,
  iterations: Iterations,
): string {
  return loops
    .slice(0, loops.indexOf(name))
    .flatMap((each) => {
      const loop = steps.get(each.toLowerCase())?.action.loop;
      return loop === undefined ? [] : [repetitionPart(chosenIndex(each, loop, iterations))];
    })
    .join('-');
}

/** The loops around a step and itself, outermost first. */
function loopsOf({ nodes }: Graph, path: string | undefined): readonly string[] {
  const found: string[] = [];
  for (let at = path === undefined ? undefined : nodes.get(path); at !== undefined; ) {
    if (/^(?:foreach|until)$/i.test(at.type)) found.unshift(at.name);
    at = at.parent === undefined ? undefined : nodes.get(at.parent);
  }
  return found;
}

interface Step {
  readonly action: TreeAction;
  readonly loading: boolean;
}

interface Asked {
  readonly name: string;
  readonly repetition: string;
}

/** Every step by its name in lower case, those in loops of their chosen iterations. */
function useSteps({ runId, tree, iterations, isFinal }: RunGraphProps): ReadonlyMap<string, Step> {
  const client = useQueryClient();
  const key = ({ name, repetition }: Asked): readonly string[] => ['runTree', runId, name, repetition];
  const { steps, asked } = collect(tree, iterations, (one) => client.getQueryData<RunTree>(key(one)));
  useQueries({
    queries: asked.map((one) => ({
      queryKey: key(one),
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        read<RunTree>(withQuery('/tocsin/v1/runTree', { id: runId, action: one.name, rep: one.repetition }), signal),
      refetchInterval: isFinal ? (false as const) : 2000,
    })),
  });
  return steps;
}

function collect(
  tree: RunTree,
  iterations: Iterations,
  known: (one: Asked) => RunTree | undefined,
): { readonly steps: ReadonlyMap<string, Step>; readonly asked: readonly Asked[] } {
  const steps = new Map<string, Step>();
  const asked: Asked[] = [];
  const take = (actions: readonly TreeAction[], around: string, loading: boolean): void => {
    for (const action of actions) {
      steps.set(action.name.toLowerCase(), { action, loading });
      const { loop, actions: inner = [] } = action;
      if (loop === undefined) {
        take(inner, around, loading);
      } else if (loop.count > 0 && !loading) {
        const part = repetitionPart(chosenIndex(action.name, loop, iterations));
        const one = { name: action.name, repetition: around === '' ? part : `${around}-${part}` };
        asked.push(one);
        const found = known(one);
        take(found?.actions ?? inner, one.repetition, found === undefined);
      }
    }
  };
  take(tree.actions, '', false);
  return { steps, asked };
}

/** A step's part of its run's time, in whole percent. */
function spanOf(
  { startTime, endTime }: TreeAction,
  axis: { readonly start: number; readonly end: number },
): { readonly left: number; readonly width: number } {
  const whole = Math.max(1, axis.end - axis.start);
  const began = Date.parse(startTime ?? '');
  const percent = (milliseconds: number): number =>
    Math.min(100, Math.max(0, Math.round((milliseconds / whole) * 100)));
  const left = percent(began - axis.start);
  const took = percent((endTime === undefined ? axis.end : Date.parse(endTime)) - began);
  return { left: Math.min(99, left), width: Math.max(1, Math.min(took, 100 - Math.min(99, left))) };
}

function runsByPath(
  graph: Graph,
  steps: ReadonlyMap<string, Step>,
  now: number,
  { startTime: began, endTime: ended }: Pick<RunTree, 'startTime' | 'endTime'>,
): ReadonlyMap<string, StepRun> {
  const runs = new Map<string, StepRun>();
  const axis = { start: Date.parse(began), end: ended === undefined ? now : Date.parse(ended) };
  for (const [name, paths] of graph.byName) {
    const step = steps.get(name);
    if (step === undefined) continue;
    const { status = 'Not run', startTime, endTime, attempts = 1, sandbox } = step.action;
    const took = status === 'Skipped' ? undefined : between(startTime, endTime, now);
    const run: StepRun = step.loading
      ? { status: 'Loading', duration: '', attempts: 0, sandbox: false }
      : {
          status,
          duration: took === undefined ? '' : durationText(took),
          attempts,
          sandbox: sandbox !== undefined,
          worst: worstInside(step.action.actions ?? []) ?? '',
          ...(took === undefined ? {} : { span: spanOf(step.action, axis) }),
        };
    for (const path of paths) runs.set(path, run);
  }
  // The run exists because a trigger fired; which of several is the run's own to say.
  if (graph.triggers.length === 1 && graph.triggers[0] !== undefined) {
    runs.set(graph.triggers[0], { status: 'Succeeded', duration: '', attempts: 1, sandbox: false });
  }
  return runs;
}
