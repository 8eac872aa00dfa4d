/** Findings of preflight as people read them. */
import { type Json, textMember } from '#foundation';
import { type Colour, paint } from '../terminal.ts';

const marks: Readonly<Record<string, readonly [Colour, string]>> = {
  Error: ['red', '✗'],
  Warning: ['yellow', '!'],
  Information: ['cyan', 'i'],
};

/** What preflight has to say, one block for each logic app. */
export function findingLines(findings: readonly Json[]): readonly string[] {
  const lines: string[] = [];
  let last: string | undefined;
  for (const finding of findings) {
    const workflow = textMember(finding, 'workflowId') ?? '';
    if (workflow !== last) lines.push(paint('bold', workflow.split('/').at(-1) ?? ''));
    last = workflow;
    const [colour, mark] = marks[textMember(finding, 'severity') ?? ''] ?? ['gray', '?'];
    const place = textMember(finding, 'action') ?? textMember(finding, 'trigger');
    const message = textMember(finding, 'message') ?? '';
    lines.push(`  ${paint(colour, mark)} ${place === undefined ? '' : `${place}: `}${message}`);
    const fix = textMember(finding, 'fix');
    if (fix !== undefined) lines.push(`    ${paint('gray', fix)}`);
  }
  return lines;
}
