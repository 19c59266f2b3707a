import type { Party, Schedule } from '../../../server/api/schedule.js';
import type { TemplateContent } from '../../../server/api/templates.js';

export const repeats = ['once', 'daily', 'weekdays', 'weekly', 'fortnightly', 'monthly', 'other'] as const;
export type Repeat = (typeof repeats)[number];

const rules: Record<Exclude<Repeat, 'once' | 'other'>, string> = {
  daily: 'FREQ=DAILY',
  weekdays: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
  weekly: 'FREQ=WEEKLY',
  fortnightly: 'FREQ=WEEKLY;INTERVAL=2',
  monthly: 'FREQ=MONTHLY',
};

/** What the form of a planned conference holds. */
export interface Plan {
  begins: string;
  timeZone: string;
  minutes: number;
  repeat: Repeat;
  /** Of a repeated one. */
  times: number;
  /** RFC 5545 §3.3.10, where `repeat` is `other`. */
  rule: string;
  /** One a line: name <address>. */
  rooms: string;
  guests: string;
  hdUnits: number;
  earlyMinutes: number;
  remindMinutes: number | null;
  dialOut: boolean;
  language: 'zh' | 'en';
}

export function newPlan(begins: string, timeZone: string, language: 'zh' | 'en'): Plan {
  return {
    ...{ begins, timeZone, minutes: 60, repeat: 'once', times: 10, rule: '', rooms: '', guests: '' },
    ...{ hdUnits: 0, earlyMinutes: 15, remindMinutes: 15, dialOut: true, language },
  };
}

export function planOf(schedule: Schedule): Plan {
  const { rrule, parties, ...rest } = schedule;
  const lines = (kind: Party['kind']) =>
    parties
      .filter(party => party.kind === kind)
      .map(lineOf)
      .join('\n');
  return { ...rest, ...repeatOf(rrule), rooms: lines('room'), guests: lines('person') };
}

/** Of a template, which says nothing of when. */
export function planAfter({ plan }: TemplateContent, atOnce: Plan): Plan {
  const { begins, timeZone } = atOnce;
  return plan ? planOf({ ...plan, begins, timeZone, rrule: null }) : atOnce;
}

/** What a template keeps of it. */
export function templateOf(title: string, plan: Plan): TemplateContent {
  const {
    begins: _begins,
    timeZone: _timeZone,
    rrule: _rrule,
    ...kept
  } = requestOf({ ...plan, repeat: 'once' });
  return { title, plan: kept };
}

export function requestOf(plan: Plan): Schedule {
  const { repeat, times, rule, rooms, guests, ...rest } = plan;
  const rrule =
    repeat === 'once' ? null : repeat === 'other' ? rule.trim() : `${rules[repeat]};COUNT=${times}`;
  return { ...rest, rrule, parties: [...partiesOf(rooms, 'room'), ...partiesOf(guests, 'person')] };
}

/** Lines of guests without a mail address: nobody could be written to. */
export function linesWithoutMail(guests: string): string[] {
  return linesOf(guests).filter(line => {
    const party = partyOf(line, 'person');
    return party.email === undefined && party.address === undefined;
  });
}

function repeatOf(rule: string | null): Pick<Plan, 'repeat' | 'times' | 'rule'> {
  if (rule === null) return { repeat: 'once', times: 10, rule: '' };
  const count = /;COUNT=(\d+)$/.exec(rule);
  const known = Object.entries(rules).find(([, text]) => text === rule.slice(0, count?.index));
  if (!count || !known) return { repeat: 'other', times: 10, rule };
  return { repeat: known[0] as Repeat, times: Number(count[1]), rule };
}

function linesOf(text: string): string[] {
  return text
    .split(/[\n;；]+/)
    .map(line => line.trim())
    .filter(line => line !== '');
}

function partiesOf(text: string, kind: Party['kind']): Party[] {
  return linesOf(text).map(line => partyOf(line, kind));
}

/** "Ward 3 <sip:ward3@10.0.0.3>", "sip:ward3@10.0.0.3 Ward 3" or the address alone; a mail address may stand beside it. */
function partyOf(line: string, kind: Party['kind']): Party {
  const isAddress = (word: string) => /^(sips?|tel|mailto|h323):/i.test(word) || word.includes('@');
  const words = line.replace(/[<>]/g, ' ').split(/\s+/).filter(Boolean);
  const marked = words.filter(isAddress);
  // A room may have a bare number or an IP address: then it is what stands in brackets, or else the first word.
  const bracketed = /<([^<>]+)>/.exec(line)?.[1]?.trim();
  const found = marked.length > 0 ? marked : kind === 'room' ? [bracketed ?? words[0]!] : [];
  const party: Party = { kind, name: nameOf(words, found) };
  for (const one of found) {
    const isMail = /^mailto:/i.test(one) || (kind === 'person' && !/^(sips?|tel|h323):/i.test(one));
    if (isMail) party.email = one.replace(/^mailto:/i, '');
    else party.address = one;
  }
  return party;
}

function nameOf(words: readonly string[], addresses: readonly string[]): string {
  const name = words.filter(word => !addresses.includes(word)).join(' ');
  return (name === '' ? addresses[0]! : name).slice(0, 64);
}

function lineOf({ kind, name, address, email }: Party): string {
  const mail = email === undefined ? '' : ` <${kind === 'room' ? 'mailto:' : ''}${email}>`;
  return `${name}${address === undefined ? '' : ` <${address}>`}${mail}`;
}
