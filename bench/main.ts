import { parseArgs } from 'node:util';
import { commitOf, machineOf, type BenchResult, type CaseResult } from './result.js';

export interface BenchOptions {
  runs: number;
  /** Seconds measured in each run. */
  seconds: number;
  say: (line: string) => void;
  /** Whether a case was asked for by its name. */
  wants: (caseName: string) => boolean;
}

/** A question that a bench answers, with its peers measured in the same run. */
export type Bench = (options: BenchOptions) => Promise<{ results: CaseResult[]; notes: string[] }>;

const benches: Record<string, () => Promise<Bench>> = {
  mcu: async () => (await import('./mcu/mcu.js')).mcu,
  'mcu-latency': async () => (await import('./mcu/latency.js')).mcuLatency,
  'mcu-share': async () => (await import('./mcu/share.js')).mcuShare,
  audio: async () => (await import('./audio/audio.js')).audio,
  sip: async () => (await import('./sip/sip.js')).sip,
  loss: async () => (await import('./loss/loss.js')).loss,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    runs: { type: 'string' },
    /** Only cases whose name contains this; may be given more than once. */
    only: { type: 'string', multiple: true, default: [] },
  },
});
const load = benches[positionals[0] ?? ''];
if (!load) {
  process.stderr.write(
    `Which one? npm run bench -- NAME [--quick] [--runs N] [--only TEXT] [--json], NAME of: ${Object.keys(benches).join(', ')}\n`,
  );
  process.exit(2);
}

const runs = Number(values.runs ?? (values.quick ? 1 : 5));
const wants = (name: string) => values.only.length === 0 || values.only.some(text => name.includes(text));
const say = (line: string) => process.stderr.write(`${line}\n`);
const { results, notes } = await (await load())({ runs, seconds: values.quick ? 4 : 10, say, wants });
for (const { case: name, unit, ours, peers, ratio, details } of results) {
  const others = Object.entries(peers).map(([peer, value]) => `${peer} ${value}`);
  const more = Object.entries(details ?? {}).map(([key, value]) => `${key} ${value}`);
  say([`${name}: ours ${ours} ${unit}`, ...others, `ratio ${ratio}`, ...more].join(' · '));
}
notes.forEach(say);
const result: BenchResult = {
  bench: positionals[0]!,
  machine: machineOf(),
  commit: commitOf(),
  runs,
  results,
  notes,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
