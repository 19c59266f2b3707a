import type { CaseResult } from '../result.js';

const columns: [title: string, of: (result: CaseResult) => number | undefined][] = [
  ['frozen %', result => result.ours],
  ['longest ms', ({ details }) => details?.['longestFreezeMs']],
  ['damaged %', ({ details }) => details?.['damagedPercent']],
  ['sound gaps %', ({ details }) => details?.['audioGapsPercent']],
  ['longest ms', ({ details }) => details?.['longestAudioGapMs']],
  ['delay ms', ({ details }) => details?.['delayMs']],
  ['once: frozen %', ({ peers }) => peers['each packet once']],
];
const nameWidth = 46;

/** For people: one line a case. */
export function tableOf(results: readonly CaseResult[]): string[] {
  const line = (name: string, cells: string[]) =>
    [name.padEnd(nameWidth), ...cells.map((cell, n) => cell.padStart(columns[n]![0].length))].join('  ');
  return [
    line(
      '',
      columns.map(([title]) => title),
    ),
    ...results.map(result =>
      line(
        result.case,
        columns.map(([, of]) => String(of(result) ?? '')),
      ),
    ),
  ];
}
