import { setTimeout as sleep } from 'node:timers/promises';
import { SilentSite } from '../harness/silent-site.js';
import type { ServerProcess } from '../harness/server-process.js';
import { SeededRandom } from '../synthetic/seeded-random.js';
import { Askers } from './askers.js';
import { endpointsOf, inPlace, type Endpoint } from './document.js';
import { Judge, type Verdict } from './judge.js';
import { KnownValues } from './known-values.js';
import { administratorsKey } from './people.js';
import { RequestMaker, type ApiRequest } from './requests.js';

export interface FuzzReport {
  requests: number;
  /** Answers by status. */
  statuses: Map<number, number>;
  /** Operations that have been done at least once. */
  done: Set<string>;
  operations: number;
  /** One line for each kind of fault, with the first request that showed it. */
  faults: Map<string, string>;
}

/** What the server takes of one user: see `server/api/guard.ts`. */
const burstRequests = 250;
const requestsPerSecond = 60;

/**
 * Asks a running server for everything that its OpenAPI document describes, rightly and wrongly, until `seconds` are
 * over or `requests` are made, in a conference with a site.
 */
export async function fuzzApi(
  server: ServerProcess,
  { seconds, seed, requests = Infinity }: { seconds: number; seed: number; requests?: number },
): Promise<FuzzReport> {
  const random = new SeededRandom(seed);
  const document = inPlace(await server.request('GET', '/openapi.json'));
  const endpoints = endpointsOf(document);
  const askers = new Askers(server, await administratorsKey(server), random);
  const judge = await Judge.of(document, request => askers.send(request));
  const known = new KnownValues(random, Date.now());
  const maker = new RequestMaker(random, known, seed);
  const stage = new Stage(server, known);
  const report: FuzzReport = {
    ...{ requests: 0, operations: endpoints.length },
    ...{ statuses: new Map(), done: new Set(), faults: new Map() },
  };
  const beganMs = performance.now();
  const endsAt = beganMs + seconds * 1000;
  try {
    while (performance.now() < endsAt && report.requests < requests) {
      const dueMs = beganMs + ((report.requests - burstRequests) / requestsPerSecond) * 1000;
      if (dueMs > performance.now()) await sleep(dueMs - performance.now());
      if (report.requests % 500 === 0) await stage.set();
      // Once each, then by chance: creating twice as often as the rest, so that there is something to ask about.
      const endpoint =
        endpoints[report.requests] ??
        (random.below(3) === 0 ? creating(endpoints, random) : any(endpoints, random));
      const request = random.below(5) < 3 ? maker.right(endpoint) : maker.wrong(endpoint);
      const verdict = await judge.ask(request);
      known.learn(verdict.answer.json);
      note(report, request, verdict);
      if (endpoint.operationId === 'setDraining')
        await server.request('PUT', '/draining', { draining: false });
    }
  } finally {
    stage.clear();
    askers.close();
  }
  return report;
}

function any<T>(all: readonly T[], random: SeededRandom): T {
  return all[random.below(all.length)]!;
}

function creating(endpoints: readonly Endpoint[], random: SeededRandom): Endpoint {
  return any(
    endpoints.filter(({ method }) => method === 'post'),
    random,
  );
}

function note(
  report: FuzzReport,
  request: ApiRequest,
  { answer, wrongOfRequest, wrongOfAnswer }: Verdict,
): void {
  const { endpoint, path, query, headers, body = '' } = request;
  const { status, text, json } = answer;
  report.requests++;
  report.statuses.set(status, (report.statuses.get(status) ?? 0) + 1);
  if (status < 300) report.done.add(endpoint.operationId);
  const isMalformed = (json as { code?: string } | undefined)?.code === 'bad-request';
  const fault = (what: string) => {
    const key = `${endpoint.operationId} ${what}`;
    const search = new URLSearchParams(query).toString();
    const sent = `${endpoint.method.toUpperCase()} ${path}?${search} ${JSON.stringify(headers)} ${body.slice(0, 1000)}`;
    if (!report.faults.has(key)) report.faults.set(key, `${sent}\n    ${status} ${text.slice(0, 500)}`);
  };
  if (status >= 500) fault(`answered ${status}`);
  for (const wrong of wrongOfAnswer) fault(`answered ${status}, against the document: ${wrong}`);
  if (status < 400) for (const wrong of wrongOfRequest) fault(`took what the document forbids: ${wrong}`);
  // Prism does not look at the type of what is sent.
  if (isMalformed && status !== 415 && wrongOfRequest.length === 0) fault('refused what the document allows');
}

/** A conference with somebody in it: what is said of sites is then not about nobody. */
class Stage {
  #site: SilentSite | undefined;

  constructor(
    private readonly server: ServerProcess,
    private readonly known: KnownValues,
  ) {}

  /** Anew: the last one may have been deleted, or the site removed. */
  async set(): Promise<void> {
    this.clear();
    const conference = await this.server.createConference({ title: 'Under questions' });
    this.#site = await SilentSite.join(this.server, conference.link, 'Theatre 3');
    this.known.learn({ ...conference, siteId: this.#site.siteId });
  }

  clear(): void {
    this.#site?.vanish();
    this.#site = undefined;
  }
}
