/** The steps of a run as bars on one axis. */

interface TimedStep {
  readonly name: string;
  readonly status?: string;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly actions?: readonly TimedStep[];
  readonly loop?: unknown;
}

export interface TimelineRow<S> {
  readonly name: string;
  readonly step: S;
  readonly depth: number;
  /** Percent of the axis; a bar is wide enough to be seen. */
  readonly left: number;
  readonly width: number;
  readonly milliseconds: number;
}

const least = 0.4;

/** Those that ran, by their start; what is in a container behind it. A loop is one row, whatever its iterations. */
export function timelineRows<S extends TimedStep>(
  steps: readonly S[],
  axis: { readonly start: number; readonly end: number },
  depth = 0,
): readonly TimelineRow<S>[] {
  const span = Math.max(1, axis.end - axis.start);
  const timed = steps.flatMap((step) =>
    step.startTime === undefined || step.status === 'Skipped' ? [] : [{ step, from: Date.parse(step.startTime) }],
  );
  return timed
    .toSorted((one, two) => one.from - two.from)
    .flatMap(({ step, from }) => {
      const to = step.endTime === undefined ? axis.end : Date.parse(step.endTime);
      const width = Math.min(100, Math.max(least, ((to - from) / span) * 100));
      const left = Math.min(100 - width, Math.max(0, ((from - axis.start) / span) * 100));
      const row: TimelineRow<S> = { name: step.name, step, depth, left, width, milliseconds: Math.max(0, to - from) };
      const inner = step.loop === undefined ? ((step.actions ?? []) as readonly S[]) : [];
      return [row, ...timelineRows(inner, axis, depth + 1)];
    });
}
