import t from 'tap';
import type { ConferencePlan, ConferenceStatistics } from './plan.js';
import { SessionNumbers } from './session-numbers.js';

const plan = (conferenceId: string, id: string): ConferencePlan => ({
  ...{ conferenceId, sources: [], relays: [], transcodes: [], outputs: [] },
  sessions: [{ id, kind: 'audio', send: { ssrc: 1 }, protection: { send: {}, receive: {} } } as never],
});
const firstOf = ({ sessions }: ConferencePlan) => sessions[0]!.send!.firstPacketIndex!;

void t.test('a call that moves to another conference counts on, and its SRTP with it', async t => {
  const numbers = new SessionNumbers();
  numbers.numbered(plan('lobby', 'a'));
  const protection = { rtcpIndex: 7, received: [] };
  numbers.onStatistics('lobby', {
    ...{ sources: {}, outputs: {}, graph: [] },
    sessions: { a: { packetsSent: 50, packetIndex: 70_000, protection } as never },
  } satisfies ConferenceStatistics);
  numbers.forget('lobby');
  const moved = numbers.numbered(plan('meeting', 'a'));
  const first = firstOf(moved);
  t.ok(first > 70_000 && first < 70_000 + 0x4000, `${first}: beyond what may have been sent, not far`);
  t.match(moved.sessions[0]!.protection, { from: { rtcpIndex: 1007 } });
  t.equal(firstOf(numbers.numbered(plan('meeting', 'a'))), first, 'once');
  t.ok(firstOf(numbers.numbered(plan('meeting', 'b'))) < 0x8000, 'another one begins anew');
});
