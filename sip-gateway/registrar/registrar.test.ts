import t, { type Test } from 'tap';
import { silentLog } from '../../base/log.js';
import { answerChallenge } from '../sip/authentication/digest-client.js';
import { digestKeys } from '../sip/authentication/digest.js';
import { FakeClock } from '../sip/fake-clock.js';
import { fakeEndpoint } from '../sip/fake-endpoint.js';
import type { SipRequest, SipResponse } from '../sip/message/message.js';
import { parseMessage } from '../sip/message/parse-message.js';
import { serializeMessage } from '../sip/message/serialize-message.js';
import { FakeNetwork } from '../sip/transport/fake-network.js';
import { UserAgent } from '../sip/user-agent/user-agent.js';
import type { AccountHandler } from './account-handler.js';
import type { SavedBinding } from './binding.js';
import { Registrar } from './registrar.js';

const server = '192.0.2.1';
const realm = 'hospital';
const passwords: Record<string, string> = { room1: 'one', room2: 'two' };
const startMs = Date.UTC(2026, 10, 23);

class Accounts implements AccountHandler {
  readonly realm = realm;
  readonly algorithms = ['SHA-256', 'MD5'] as const;
  readonly saved = new Map<string, readonly SavedBinding[]>();
  readonly wrong: string[] = [];
  saves = 0;
  open = true;

  keysOf(account: string) {
    const password = passwords[account];
    return password === undefined ? undefined : digestKeys(account, realm, password);
  }
  accountOf(user: string) {
    return user === '701' ? 'room1' : passwords[user] === undefined ? undefined : user;
  }
  mustAuthenticate(user: string) {
    return user !== 'guests';
  }
  allows() {
    return this.open;
  }
  failed(source: string, account: string) {
    this.wrong.push(`${account} from ${source}`);
  }
  savedBindings() {
    return [...this.saved].flatMap(([account, bindings]) =>
      bindings.map((binding): [string, SavedBinding] => [account, binding]),
    );
  }
  saveBindings(changes: ReadonlyMap<string, readonly SavedBinding[]>) {
    this.saves++;
    for (const [account, bindings] of changes) this.saved.set(account, bindings);
  }
}

function scene(t: Test, accounts = new Accounts()) {
  const clock = new FakeClock();
  const network = new FakeNetwork(clock);
  const { transport, counters, strangers } = fakeEndpoint(clock, network, server);
  const invited: (string | undefined)[] = [];
  const registrar = new Registrar({
    ...{ accounts, transport, clock, counters },
    nowMs: () => startMs + clock.now(),
  });
  const agent = new UserAgent({
    ...{ clock, counters, log: silentLog, transport, strangers, product: 'test', sessionExpiresS: 600 },
    access: registrar,
    invited: invite => invited.push(invite.account),
  });
  t.teardown(() => {
    registrar.close();
    agent.close();
  });
  let branch = 0;
  /** One request; the answer. */
  const send = async (request: SipRequest, from: string, tcp = false): Promise<SipResponse | undefined> => {
    branch++;
    const protocol = tcp ? 'TCP' : 'UDP';
    const via = `${protocol} ${from}:5060;branch=z9hG4bK${branch}`;
    request.via = [
      { protocol, host: from, port: 5060, parameters: new Map([['branch', `z9hG4bK${branch}`]]) },
    ];
    const before = network.sent.length;
    network.carry(
      protocol,
      { address: from, port: 5060 },
      { address: server, port: 5060 },
      serializeMessage(request),
    );
    await clock.pass(5);
    const sent = network.sent.slice(before + 1).find(({ to }) => to === from);
    const answer = sent && parseMessage(Buffer.from(sent.text));
    t.ok(!answer || sent.text.includes(via.split(';')[0]!), 'answered where it came from');
    return answer?.kind === 'response' ? answer : undefined;
  };
  const request = (
    method: string,
    user: string,
    lines: string[],
    options: { callId?: string; cseq?: number } = {},
  ) => {
    const { callId = `call of ${user}`.replaceAll(' ', '-'), cseq = ++branch } = options;
    const text = [
      `${method} sip:${method === 'REGISTER' ? '' : `${user}@`}${server} SIP/2.0`,
      'Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKx',
      'Max-Forwards: 70',
      `From: <sip:${user}@${server}>;tag=1`,
      `To: <sip:${user}@${server}>`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`,
      ...lines,
      'Content-Length: 0',
      '\r\n',
    ].join('\r\n');
    const message = parseMessage(Buffer.from(text));
    if (message.kind !== 'request') throw new Error(JSON.stringify(message));
    return message;
  };
  /** REGISTER with the right answer to the challenge. */
  const register = async (
    user: string,
    lines: string[],
    options: {
      from?: string;
      name?: string;
      password?: string;
      tcp?: boolean;
      callId?: string;
      cseq?: number;
      vias?: number;
    } = {},
  ) => {
    const { from = '192.0.2.7', name = user, password = passwords[name] ?? '', tcp } = options;
    const message = request('REGISTER', user, lines, options);
    const challenge = await send(message, from, tcp);
    t.equal(challenge?.status, 401);
    answerChallenge(message, challenge!, { userName: name, password });
    message.cseq.sequence = options.cseq ?? message.cseq.sequence + 1;
    return (await send(message, from, tcp))!;
  };
  const contactsOf = (response: SipResponse) => response.headers.all('contact');
  return {
    accounts,
    clock,
    network,
    counters,
    registrar,
    agent,
    invited,
    send,
    request,
    register,
    contactsOf,
  };
}

void t.test('who knows the password is registered, and called where it was heard from', async t => {
  const { register, contactsOf, registrar } = scene(t);
  const answer = await register('room1', ['Contact: <sip:room1@192.0.2.7:5062>', 'Expires: 600']);
  t.equal(answer.status, 200);
  t.same(contactsOf(answer), ['<sip:room1@192.0.2.7:5062>;expires=600']);
  const [way] = registrar.waysTo('room1');
  t.match(way, { uri: 'sip:room1@192.0.2.7:5062', flow: { remote: { address: '192.0.2.7', port: 5062 } } });
  const natted = await register('room2', ['Contact: <sip:room2@10.0.0.5:5060>'], { from: '192.0.2.8' });
  t.same(contactsOf(natted), ['<sip:room2@10.0.0.5:5060>;expires=3600']);
  t.match(registrar.waysTo('room2'), [
    { uri: 'sip:room2@10.0.0.5:5060', flow: { remote: { address: '192.0.2.8', port: 5060 } } },
  ]);
});

void t.test('a wrong password, a name of nobody, the address of another: nothing is registered', async t => {
  const { register, registrar, accounts } = scene(t);
  const contact = ['Contact: <sip:x@192.0.2.7>'];
  t.equal((await register('room1', contact, { password: 'guess' })).status, 401);
  t.equal((await register('nobody', contact)).status, 401);
  t.same(accounts.wrong, ['room1 from 192.0.2.7', 'nobody from 192.0.2.7']);
  t.equal((await register('room1', contact, { name: 'room2' })).status, 403);
  t.equal((await register('701', contact, { name: 'room1' })).status, 200, 'a number of its own');
  accounts.open = false;
  t.equal((await register('room2', contact)).status, 403, 'too many tries');
  t.equal(registrar.registered, 1);
});

void t.test('a challenge is told without a transaction, the same request once more gets another', async t => {
  const { send, request, agent } = scene(t);
  const message = request('REGISTER', 'room1', []);
  const first = await send(message, '192.0.2.7');
  t.same(
    first?.headers.all('www-authenticate').map(line => /algorithm=([\w-]+)/.exec(line)?.[1]),
    ['SHA-256', 'MD5'],
  );
  t.equal(agent.transactions.size.server, 0);
});

void t.test('several contacts, their order, fetching, removing one and all', async t => {
  const { register, contactsOf, registrar } = scene(t);
  const two = await register('room1', [
    'Contact: <sip:a@192.0.2.7>;q=0.5, <sip:b@192.0.2.7;transport=tcp>;expires=90',
    'Expires: 300',
  ]);
  t.same(contactsOf(two), [
    '<sip:a@192.0.2.7>;q=0.5;expires=300',
    '<sip:b@192.0.2.7;transport=tcp>;expires=90',
  ]);
  await register('room1', ['Contact: <sip:c@192.0.2.7>;q=0.7']);
  t.same(
    registrar.waysTo('room1').map(({ uri }) => uri),
    ['sip:b@192.0.2.7;transport=tcp', 'sip:c@192.0.2.7', 'sip:a@192.0.2.7'],
  );
  t.equal(contactsOf(await register('room1', [])).length, 3, 'asked for only');
  t.equal(contactsOf(await register('room1', ['Contact: <sip:a@192.0.2.7>;expires=0'])).length, 2);
  t.equal((await register('room1', ['Contact: *'])).status, 400, 'without Expires: 0');
  t.equal((await register('room1', ['Contact: *, <sip:a@b>', 'Expires: 0'])).status, 400);
  t.same(contactsOf(await register('room1', ['Contact: *', 'Expires: 0'])), []);
  t.equal(registrar.registered, 0);
});

void t.test('brief ones are refused, long ones shortened, all end by themselves', async t => {
  const { register, contactsOf, registrar, clock } = scene(t);
  const brief = await register('room1', ['Contact: <sip:a@192.0.2.7>;expires=59']);
  t.match(brief, { status: 423 });
  t.equal(brief.headers.get('min-expires'), '60');
  t.match(
    contactsOf(await register('room1', ['Contact: <sip:a@192.0.2.7>;expires=99999']))[0],
    /expires=3600$/,
  );
  t.match(contactsOf(await register('room1', ['Contact: <sip:a@192.0.2.7>;expires=60']))[0], /expires=60$/);
  await clock.pass(59_000);
  t.equal(registrar.waysTo('room1').length, 1);
  await clock.pass(2_500);
  t.equal(registrar.waysTo('room1').length, 0);
  t.equal(registrar.registered, 0, 'forgotten, too');
});

void t.test('an older request of the same series changes nothing', async t => {
  const { register, registrar } = scene(t);
  const contact = ['Contact: <sip:a@192.0.2.7>'];
  t.equal((await register('room1', contact, { callId: 'one', cseq: 20 })).status, 200);
  t.equal((await register('room1', ['Contact: *', 'Expires: 0'], { callId: 'one', cseq: 20 })).status, 500);
  t.equal((await register('room1', [`${contact[0]};expires=0`], { callId: 'one', cseq: 19 })).status, 500);
  t.equal(registrar.registered, 1);
  t.equal((await register('room1', contact, { callId: 'two', cseq: 1 })).status, 200, 'it was restarted');
});

void t.test('Path is kept, told again, and becomes the route', async t => {
  const { register, registrar } = scene(t);
  const path = '<sip:edge.example.com;lr;ob>';
  const answer = await register('room1', ['Contact: <sip:a@10.1.1.1>', `Path: ${path}`, 'Supported: path']);
  t.same(answer.headers.all('path'), [path]);
  t.match(registrar.waysTo('room1'), [{ uri: 'sip:a@10.1.1.1', routes: [path], flow: undefined }]);
  t.equal((await register('room1', ['Contact: <sip:a@10.1.1.1>', 'Path: nonsense'])).status, 400);
});

void t.test(
  'outbound: the way of a device is one, whatever its contact says; behind a connection it is that',
  async t => {
    const { register, registrar, contactsOf } = scene(t);
    const lines = (port: number, regId: number) => [
      `Contact: <sip:a@10.1.1.1:${port};transport=tcp>;reg-id=${regId};+sip.instance="<urn:uuid:1>"`,
      'Supported: path, outbound',
    ];
    const first = await register('room1', lines(1111, 1), { tcp: true });
    t.ok(first.headers.tokens('require').includes('outbound'));
    t.match(contactsOf(first), [/\+sip\.instance="<urn:uuid:1>";reg-id=1;expires=3600$/]);
    t.equal(contactsOf(await register('room1', lines(2222, 1), { tcp: true })).length, 1);
    t.equal(contactsOf(await register('room1', lines(3333, 2), { tcp: true, from: '192.0.2.8' })).length, 2);
    t.match(registrar.waysTo('room1'), [
      {
        uri: 'sip:a@10.1.1.1:3333;transport=tcp',
        flow: { protocol: 'TCP', remote: { address: '192.0.2.8' } },
      },
      {
        uri: 'sip:a@10.1.1.1:2222;transport=tcp',
        flow: { protocol: 'TCP', remote: { address: '192.0.2.7' } },
      },
    ]);
  },
);

void t.test('bindings are saved in batches and stand after a restart', async t => {
  const before = scene(t);
  const { register, clock, accounts } = before;
  for (const port of [5060, 5070, 5080]) await register('room1', [`Contact: <sip:a@192.0.2.7:${port}>`]);
  await register('room2', ['Contact: <sip:b@192.0.2.7>;expires=60']);
  await clock.pass(300);
  t.ok(accounts.saves <= 2, `${accounts.saves} times`);
  before.registrar.close();
  const { registrar, clock: later, contactsOf, register: again } = scene(t, accounts);
  t.equal(registrar.waysTo('room1').length, 3);
  t.equal(registrar.registered, 2);
  await later.pass(61_000);
  t.equal(registrar.registered, 1);
  t.equal(
    contactsOf(await again('room1', ['Contact: <sip:a@192.0.2.7:5070>'], { callId: 'later' })).length,
    3,
  );
});

void t.test('a device that changes its port at each start does not fill the table', async t => {
  const { register, contactsOf } = scene(t);
  let contacts: string[] = [];
  for (let port = 6000; port < 6012; port++)
    contacts = contactsOf(await register('room1', [`Contact: <sip:a@192.0.2.7:${port}>`]));
  t.equal(contacts.length, 10);
  t.match(contacts.at(-1), /6011/);
  t.notMatch(contacts.join(), /6001/);
});

void t.test('who calls says who it is, but a guest of a place for guests', async t => {
  const { send, request, invited } = scene(t);
  const contact = ['Contact: <sip:a@192.0.2.7>'];
  await send(request('INVITE', 'guests', contact), '192.0.2.7');
  t.same(invited, [undefined]);
  const call = request('INVITE', 'room2', contact);
  const challenge = await send(call, '192.0.2.7');
  t.equal(challenge?.status, 401);
  answerChallenge(call, challenge!, { userName: 'room1', password: 'one' });
  call.cseq.sequence++;
  await send(call, '192.0.2.7');
  t.same(invited, [undefined, 'room1']);
});
