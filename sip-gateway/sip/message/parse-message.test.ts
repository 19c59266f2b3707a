import t from 'tap';
import type { SipRequest } from './message.js';
import { createResponse } from './message.js';
import { messageLimits, parseMessage } from './parse-message.js';
import { serializeMessage } from './serialize-message.js';
import { branchOf } from './via.js';

const invite = [
  'INVITE sip:1001@example.com SIP/2.0',
  'Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKabc;rport',
  'Max-Forwards: 70',
  'From: "Saal 3, \\"links\\"" <sip:room3@example.com>;tag=1928301774',
  'To: <sip:1001@example.com>',
  'Call-ID: a84b4c76e66710@192.0.2.9',
  'CSeq: 314159 INVITE',
  'Contact: <sip:room3@192.0.2.9>',
];

function bytes(lines: string[], body = ''): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

function request(data: Buffer): SipRequest {
  const message = parseMessage(data);
  if (message.kind !== 'request') throw new Error(`not a request but ${JSON.stringify(message)}`);
  return message;
}

function faultOf(data: Buffer): { code: string; status?: number } {
  const result = parseMessage(data);
  if (result.kind !== 'fault') throw new Error('parsed');
  return { code: result.code, ...(result.answer && { status: result.answer.status }) };
}

void t.test('a request is read into its fields and written back with the same meaning', async t => {
  const message = request(bytes([...invite, 'Content-Type: application/sdp', 'Content-Length: 4'], 'v=0\n'));
  t.equal(message.method, 'INVITE');
  t.equal(message.uri, 'sip:1001@example.com');
  t.equal(message.from.displayName, 'Saal 3, "links"');
  t.equal(message.from.parameters.get('tag'), '1928301774');
  t.strictSame(message.cseq, { sequence: 314159, method: 'INVITE' });
  t.equal(message.body.toString(), 'v=0\n');
  t.strictSame(parseMessage(serializeMessage(message)), message);
});

void t.test('compact names, folded lines and several values in one line are read', async t => {
  const message = request(
    bytes([
      'OPTIONS sip:h.example.com SIP/2.0',
      'v: SIP/2.0/TCP a.example.com;branch=z9hG4bK1 , SIP/2.0/UDP [2001:db8::9]:5070',
      ' ;branch=z9hG4bK2',
      'f: sip:a@example.com;tag=x',
      't: sip:b@example.com',
      'i: 1@a',
      'cseq: 1 OPTIONS',
      'k: timer, 100rel',
      'l: 0',
    ]),
  );
  t.equal(message.via.length, 2);
  t.match(message.via[1], { protocol: 'UDP', host: '2001:db8::9', port: 5070 });
  t.equal(branchOf(message.via[1]!), 'z9hG4bK2');
  t.strictSame(message.headers.tokens('supported'), ['timer', '100rel']);
  t.equal(message.from.parameters.get('tag'), 'x', 'without brackets, the tag is the header field’s');
  t.match(serializeMessage(message).toString(), 'Via: SIP/2.0/UDP [2001:db8::9]:5070;branch=z9hG4bK2\r\n');
});

void t.test('a response keeps what the transaction needs', async t => {
  const response = createResponse(request(bytes(invite)), 486, 'ours');
  response.headers.add('reason', 'Q.850;cause=17\r\nEvil: yes');
  const text = serializeMessage(response).toString();
  t.match(
    text,
    /^SIP\/2\.0 486 Busy Here\r\nVia: SIP\/2\.0\/UDP 192\.0\.2\.9:5060;branch=z9hG4bKabc;rport\r\n/,
  );
  t.match(text, 'To: <sip:1001@example.com>;tag=ours\r\n');
  t.notMatch(text, '\r\nEvil', 'a value cannot make a header line');
  t.match(parseMessage(Buffer.from(text)), { kind: 'response', status: 486, cseq: { method: 'INVITE' } });
});

void t.test('what cannot be answered is dropped, what can is refused with a status', async t => {
  const without = (name: string) => bytes(invite.filter(line => !line.startsWith(name)));
  for (const name of ['Via', 'From', 'To', 'Call-ID', 'CSeq']) {
    t.strictSame(faultOf(without(name)), { code: 'mandatory-header' }, `without ${name}`);
  }
  t.strictSame(faultOf(bytes([...invite, 'no colon here'])), { code: 'header', status: 400 });
  t.strictSame(faultOf(bytes([...invite, 'Content-Length: 10'], 'short')), {
    code: 'content-length',
    status: 400,
  });
  t.strictSame(faultOf(bytes([...invite, 'Content-Length: 1', 'l: 2'], 'ab')), {
    code: 'content-length',
    status: 400,
  });
  t.strictSame(faultOf(bytes([...invite, 'To: <sip:other@example.com>'])), { code: 'mandatory-header' });
  t.strictSame(faultOf(bytes(invite.map(line => line.replace('314159 INVITE', '314159 BYE')))), {
    code: 'cseq-method',
    status: 400,
  });
  t.strictSame(
    faultOf(bytes(invite.map(line => line.replace(/^INVITE/, 'ACK').replace('59 INVITE', '59 BYE')))),
    {
      code: 'cseq-method',
    },
  );
});

void t.test('sizes are bounded', async t => {
  const filler = (length: number) => `X-Filler: ${'x'.repeat(length)}`;
  t.strictSame(faultOf(bytes([...invite, filler(messageLimits.headBytes)])), { code: 'too-long' });
  t.strictSame(faultOf(bytes([...invite, ...Array<string>(300).fill('A: b')])), { code: 'too-long' });
  t.strictSame(faultOf(bytes(invite, 'x'.repeat(messageLimits.bodyBytes + 1))), {
    code: 'too-long',
    status: 413,
  });
  t.strictSame(
    faultOf(bytes([...invite, ...Array<string>(72).fill('v: SIP/2.0/UDP h')])),
    { code: 'mandatory-header' },
    'more hops than Max-Forwards allows',
  );
});

void t.test(
  'random bytes and mutated messages never throw, and what parses can be written and read again',
  async t => {
    let seed = 20260101;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const original = bytes([...invite, 'k: timer', 'Content-Length: 4'], 'v=0\n');
    const seen = { parsed: 0, faults: 0 };
    const check = (data: Buffer) => {
      const result = parseMessage(data);
      if (result.kind === 'fault') {
        seen.faults++;
        if (result.answer) serializeMessage(createResponse(result.answer.request, result.answer.status));
        return;
      }
      seen.parsed++;
      const again = parseMessage(serializeMessage(result));
      if (again.kind === 'fault')
        throw new Error(`written message does not parse: ${again.code}\n${data.toString()}`);
      const { callId, cseq } = result;
      t.strictSame({ callId: again.callId, cseq: again.cseq }, { callId, cseq });
    };
    for (let i = 0; i < 4000; i++) check(Buffer.from(Array.from({ length: random(200) }, () => random(256))));
    const pieces = [
      '"',
      '<',
      '>',
      ';',
      ',',
      '\r\n',
      '\n ',
      ':',
      '\\',
      '\0',
      '%',
      '@',
      '[',
      'é',
      ' ',
      '=',
      '//',
    ];
    for (let i = 0; i < 4000; i++) {
      let data = original;
      for (let edits = 1 + random(4); edits > 0; edits--) {
        const at = random(data.length);
        const edit = random(3);
        if (edit === 0) data = Buffer.concat([data.subarray(0, at), data.subarray(at + 1 + random(8))]);
        else if (edit === 1) {
          const piece = Buffer.from(pieces[random(pieces.length)]!);
          data = Buffer.concat([data.subarray(0, at), piece, data.subarray(at)]);
        } else {
          data = Buffer.from(data);
          data[at] = random(256);
        }
      }
      check(data);
    }
    t.ok(seen.parsed > 500 && seen.faults > 4000, `${seen.parsed} parsed, ${seen.faults} faults`);
  },
);
