import type { SeededRandom } from '../synthetic/seeded-random.js';

const maxEach = 40;
const dayMs = 86_400_000;

/** Words by which a request gets past the first question; by the names that the document uses. */
function hints(now: number): Record<string, string[]> {
  const ahead = (days: number) => new Date(now + days * dayMs).toISOString();
  return {
    timeZone: ['Asia/Shanghai', 'Europe/Berlin', 'UTC', 'America/Sao_Paulo'],
    begins: [ahead(1).slice(0, 16), ahead(30).slice(0, 16), ahead(-1).slice(0, 16)],
    from: [ahead(-1), ahead(0).slice(0, 10)],
    until: [ahead(40), ahead(1).slice(0, 10)],
    expiresAt: [ahead(1), ahead(400)],
    since: [ahead(-1)],
    recurrence: ['FREQ=DAILY;COUNT=3', 'FREQ=WEEKLY;BYDAY=MO,WE;COUNT=5', 'FREQ=MONTHLY;COUNT=400'],
    address: ['sip:room@127.0.0.1:9', 'room@192.0.2.7', '1001'],
    email: ['surgeon@hospital.test'],
    url: ['https://192.0.2.1/hook', 'http://127.0.0.1:9/'],
  };
}

/**
 * What the server has told of its objects, by name: a conferenceId of an answer goes into later requests, so that they
 * meet something that is there.
 */
export class KnownValues {
  readonly #values = new Map<string, string[]>();

  constructor(
    private readonly random: SeededRandom,
    now: number,
  ) {
    for (const [name, values] of Object.entries(hints(now))) this.#values.set(name, values);
  }

  /** Takes every id, name and link out of an answer. */
  learn(answer: unknown): void {
    if (Array.isArray(answer)) return answer.slice(0, 50).forEach(entry => this.learn(entry));
    if (answer === null || typeof answer !== 'object') return;
    for (const [name, value] of Object.entries(answer)) {
      if (typeof value === 'object') this.learn(value);
      else if (typeof value !== 'string') continue;
      else if (/Id$|Name$/.test(name)) this.#add(name, value);
      else if (name === 'link') this.#add(name, value.replace('/join/', ''));
    }
  }

  /** Undefined: nothing is known by this name. */
  any(name: string): string | undefined {
    // What the document calls so in one place is called otherwise in another.
    const values = this.#values.get(name === 'memberId' ? 'userId' : name) ?? [];
    return values[this.random.below(values.length)];
  }

  #add(name: string, value: string): void {
    const values = this.#values.get(name) ?? [];
    if (values.includes(value)) return;
    values.push(value);
    if (values.length > maxEach) values.splice(this.random.below(maxEach), 1);
    this.#values.set(name, values);
  }
}
