import t from 'tap';
import { FakeClock } from '../fake-clock.js';
import { Headers } from '../message/headers.js';
import type { SipMessage } from '../message/message.js';
import { answerSessionInterval, sessionIntervalOf, SessionTimer, writeToResponse } from './session-timer.js';

function message(fields: Record<string, string>): SipMessage {
  const headers = new Headers();
  for (const [name, value] of Object.entries(fields)) headers.add(name, value);
  return { headers } as SipMessage;
}

void t.test('who refreshes, and how often (RFC 4028 §9)', async t => {
  const cases: [fields: Record<string, string>, expected: object][] = [
    [{}, { expiresS: 1800, refresher: 'local', peerSupports: false }],
    [{ supported: 'timer' }, { expiresS: 1800, refresher: 'remote', peerSupports: true }],
    [
      { supported: 'timer', 'session-expires': '600' },
      { expiresS: 600, refresher: 'remote' },
    ],
    [
      { supported: 'timer', 'session-expires': '600;refresher=uas' },
      { expiresS: 600, refresher: 'local' },
    ],
    [
      { supported: '100rel,Timer', 'session-expires': '600 ; refresher=UAC' },
      { expiresS: 600, refresher: 'remote' },
    ],
    [{ supported: 'timer', 'session-expires': '7200' }, { expiresS: 1800 }],
    [{ supported: 'timer', 'session-expires': '7200', 'min-se': '3600' }, { expiresS: 3600 }],
    [{ supported: 'timer', 'session-expires': '60' }, { tooSmall: true }],
    // Written by a proxy for a peer that knows no timers: it cannot be told 422.
    [{ 'session-expires': '60' }, { expiresS: 90, refresher: 'local' }],
    [{ supported: 'timer', 'session-expires': 'soon' }, { expiresS: 1800 }],
  ];
  for (const [fields, expected] of cases) {
    t.match(answerSessionInterval(message(fields), 1800), expected, JSON.stringify(fields));
  }
});

void t.test('what we answer is what the peer reads', async t => {
  const headers = new Headers();
  writeToResponse(headers, { expiresS: 600, refresher: 'remote' }, true);
  t.strictSame([headers.get('session-expires'), headers.get('require')], ['600;refresher=uac', 'timer']);
  t.strictSame(sessionIntervalOf({ headers } as SipMessage), { expiresS: 600, refresher: 'local' });
  t.equal(sessionIntervalOf(message({})), undefined);
});

void t.test('we refresh at half the interval; a peer that does not is given up before the end', async t => {
  const clock = new FakeClock();
  const events: string[] = [];
  const timer = new SessionTimer(
    clock,
    () => events.push(`refresh ${clock.now()}`),
    () => events.push(`expired ${clock.now()}`),
  );
  timer.restart({ expiresS: 600, refresher: 'local' });
  clock.advance(300_000);
  timer.restart({ expiresS: 600, refresher: 'remote' });
  clock.advance(500_000);
  timer.restart({ expiresS: 90, refresher: 'remote' });
  clock.advance(1_000_000);
  t.strictSame(events, ['refresh 300000', 'expired 860000']);
  timer.stop();
  t.equal(clock.pending, 0);
});
