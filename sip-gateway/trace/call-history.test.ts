import t from 'tap';
import { CallMachine } from '../call/call-machine.js';
import { parseMessage } from '../sip/message/parse-message.js';
import type { SipMessage } from '../sip/message/message.js';
import type { Flow } from '../sip/transport/transport.js';
import { CallHistory } from './call-history.js';
import { ladder, transcript } from './ladder.js';

const flow: Flow = {
  ...{ protocol: 'UDP', reliable: false, remote: { address: '192.0.2.7', port: 5060 } },
  ...{ localAddress: undefined, closed: false, send: () => {}, hold: () => () => {} },
};
const caller = {
  ...{ uri: 'sip:room@192.0.2.7', displayName: 'Room', userAgent: 'Test' },
  ...{ address: '192.0.2.7', encrypted: false },
};
const signalling = { requestKeyframe: () => {}, updateMedia: async () => false, hangup: () => {} };
const newCall = (user = '1001') =>
  new CallMachine('incoming', { user, host: 'h', parameters: {} }, caller, '192.0.2.1', signalling);

function message(method: string, callId: string, body = ''): { data: Buffer; message: SipMessage } {
  const data = Buffer.from(
    [
      `${method} sip:1001*4711@h SIP/2.0`,
      'Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1',
      'From: <sip:room@h>;tag=1',
      'To: <sip:1001@h>',
      `Call-ID: ${callId}`,
      `CSeq: 1 ${method}`,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n'),
  );
  const parsed = parseMessage(data);
  if (parsed.kind === 'fault') throw new Error(parsed.code);
  return { data, message: parsed };
}

function receive(history: CallHistory, method: string, callId: string, body?: string): void {
  const { data, message: parsed } = message(method, callId, body);
  history.received(parsed, data, flow);
}

void t.test('the messages of a call, with the INVITE that began it, and no others', async t => {
  let nowMs = Date.UTC(2026, 0, 1);
  const history = new CallHistory(undefined, () => nowMs);
  receive(history, 'INVITE', 'other');
  receive(history, 'INVITE', 'a', 'v=0\r\nm=audio 5000 RTP/AVP 0\r\nm=video 0 RTP/AVP 96\r\n');
  const call = newCall('1001*4711');
  history.begin(call, 'a');
  nowMs += 1250;
  receive(history, 'ACK', 'a');
  receive(history, 'ACK', 'b');
  history.established(call);
  call.hangup('enough');
  receive(history, 'BYE', 'a');
  const record = history.find(call.id)!;
  t.match(record, { state: 'ended', end: { text: 'enough' }, target: '1001****', messageCount: 3 });
  t.match(record.remoteSdp, /^v=0\r\nm=audio/);
  t.equal(history.list().length, 1);
  const drawn = ladder(record);
  t.match(drawn, /\+0\.000 s +\|- INVITE sip:1001\*{4}@h \(UDP\) -+>\| {2}audio:5000 RTP\/AVP, video off\n/);
  t.match(drawn, /\+1\.250 s +\|- ACK/);
  t.match(transcript(record), /---- 2026-01-01T00:00:01.250Z received UDP from 192.0.2.7:5060\nBYE sip/);
  t.notMatch(drawn + transcript(record), '4711');
});

void t.test('memory is bounded: in a call, in ended calls, and in all', async t => {
  const history = new CallHistory({ ended: 5, refused: 3, characters: 300_000 });
  const filler = 'a=x\r\n'.repeat(2000);
  const call = newCall();
  receive(history, 'INVITE', 'long');
  history.begin(call, 'long');
  for (let i = 0; i < 500; i++) receive(history, 'INFO', 'long', i % 10 === 0 ? filler : '');
  const record = history.find(call.id)!;
  t.ok(history.characters < 270_000, `${history.characters} characters`);
  t.ok(record.omitted.count > 200);
  t.equal(record.messageCount + record.omitted.count, 501);
  t.match(record.messages[0]!.text, /^INVITE/, 'the beginning stays');
  t.match(ladder(record), /messages are not kept/);

  for (let i = 0; i < 40; i++) {
    receive(history, 'INVITE', `refused ${i}`.replace(' ', '-'));
    const refused = newCall();
    history.begin(refused, `refused-${i}`);
    if (i % 2 === 0) history.established(refused);
    refused.hangup();
  }
  t.equal(history.list().length, 1 + 5 + 3);
  for (let i = 0; i < 40; i++) {
    receive(history, 'INVITE', `big-${i}`, filler);
    const big = newCall();
    history.begin(big, `big-${i}`);
    history.established(big);
    big.hangup();
  }
  t.ok(history.characters <= 300_000, `${history.characters} characters`);
  t.ok(history.find(call.id), 'a call that stands is kept');
});
