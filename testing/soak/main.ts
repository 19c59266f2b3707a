import { parseArgs } from 'node:util';

/** A long run that breaks things on purpose, and says what it did to the others. */
export interface SoakOptions {
  times: number;
  seconds: number;
  minutes: number;
  /** Of what happens by chance. */
  seed: number;
  /** Folder for what is drawn; absent: a temporary one. */
  out?: string;
  say: (line: string) => void;
}

/** @returns whether everything held */
export type Soak = (options: SoakOptions) => Promise<boolean>;

const soaks: Record<string, { load: () => Promise<Soak>; what: string }> = {
  'kill-server': {
    load: async () => (await import('./kill-server.js')).killServer,
    what: 'kill -9 of the server while it records, --times 10, at random moments: seconds lost each time',
  },
  'kill-conference': {
    load: async () => (await import('./kill-conference.js')).killConference,
    what: 'kill -9 of the server in a recorded conference of a browser and a room, --times 20: who is back after how long',
  },
  garbage: {
    load: async () => (await import('./garbage.js')).garbage,
    what: 'random bytes to every open port during a call, --seconds 60: nobody notices',
  },
  'sip-fuzz': {
    load: async () => (await import('./sip-fuzz.js')).sipFuzz,
    what: 'sipvicious, random and damaged SIP during a call, --minutes 60 --seed 1: a million messages, nobody notices',
  },
  'api-fuzz': {
    load: async () => (await import('./api-fuzz.js')).apiFuzz,
    what: 'the REST API asked rightly and wrongly from its document for --minutes 30, --seed 1: no 5xx, no breach',
  },
  layouts: {
    load: async () => (await import('./layouts.js')).layouts,
    what: 'joins, leaves and other views each second for --minutes 30, --seed 1, chart to --out FOLDER: memory is flat',
  },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    times: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '60' },
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
});
const chosen = soaks[positionals[0] ?? ''];
if (!chosen) {
  process.stderr.write('Which one? npm run soak -- NAME\n');
  for (const [name, { what }] of Object.entries(soaks))
    process.stderr.write(`  ${name.padEnd(12)} ${what}\n`);
  process.exit(2);
}
const soak = await chosen.load();
const held = await soak({
  times: Number(values.times),
  seconds: Number(values.seconds),
  minutes: Number(values.minutes),
  seed: Number(values.seed),
  ...(values.out !== undefined && { out: values.out }),
  say: line => process.stdout.write(`${line}\n`),
});
process.stdout.write(held ? 'held\n' : 'DID NOT HOLD\n');
process.exit(held ? 0 : 1);
