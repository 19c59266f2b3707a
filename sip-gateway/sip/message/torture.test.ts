import t from 'tap';
import type { SipMessage } from './message.js';
import { parseMessage, type ParseFault } from './parse-message.js';
import { parseNameAddress } from './name-address.js';
import { torture } from './torture.js';
import { parseSipUri } from './uri.js';

function parse(text: string): SipMessage | ParseFault {
  return parseMessage(Buffer.from(text.replace(/^\n/, '').replaceAll('\n', '\r\n'), 'utf8'));
}

void t.test('3.1.1.1 wsinv: a short tortuous INVITE is valid', async t => {
  const message = parse(torture.wsinv);
  t.match(message, { kind: 'request', method: 'INVITE', cseq: { sequence: 9, method: 'INVITE' } });
  if (message.kind === 'fault') return;
  t.equal(message.to.parameters.get('tag'), '1918181833n');
  t.equal(message.from.displayName, 'J Rosenberg \\"');
  t.equal(message.via.length, 3);
  t.match(message.via[0], { protocol: 'UDP', host: '192.0.2.2' });
  t.equal(message.via[2]!.parameters.get('branch'), 'z9hG4bK30239');
  t.equal(message.headers.get('newfangledheader'), 'newfangled value continued newfangled value');
  t.equal(message.headers.get('max-forwards'), '0068');
  t.equal(message.body.length, 150);
});

void t.test('3.1.1.2 intmeth: every character that a token or user part may hold', async t => {
  const message = parse(torture.intmeth);
  t.match(message, { kind: 'request', method: "!interesting-Method0123456789_*+`.%indeed'~" });
  if (message.kind === 'fault') return;
  t.equal(message.from.parameters.get('tag'), "_token~1'+`*%!-.");
  t.equal(message.from.displayName, "token1~` token2'+_ token3*%!.-");
});

void t.test('3.1.1.3 esc01 and 3.1.1.4 escnull: escapes are read once and may hold anything', async t => {
  t.equal(parseSipUri('sip:sips%3Auser%40example.com@example.net')?.user, 'sips:user@example.com');
  t.equal(parseSipUri('sip:sips%3Auser%40example.com@example.net')?.host, 'example.net');
  t.equal(parseSipUri('sip:null-%00-null@example.com')?.user, 'null-\0-null');
});

void t.test('3.1.1.6 lwsdisp: no space between display name and bracket', async t => {
  t.match(parseNameAddress('caller<sip:caller@example.com>;tag=323'), {
    displayName: 'caller',
    uri: 'sip:caller@example.com',
  });
});

void t.test('3.1.1.9 semiuri: semicolons in the user part', async t => {
  t.match(parseSipUri('sip:user;par=u%40example.net@example.com'), {
    user: 'user;par=u@example.net',
    host: 'example.com',
  });
});

void t.test('3.1.1.12 noreason: a response without reason phrase', async t => {
  const message = parse(torture.noreason);
  t.match(message, { kind: 'response', status: 100, reason: '' });
});

const rest = (method: string) => `
Via: SIP/2.0/UDP 192.0.2.15;branch=z9hG4bKkdjuw
Max-Forwards: 70
From: <sip:caller@example.net>;tag=2342
To: sip:user@example.com
Call-ID: torture@192.0.2.15
CSeq: 8 ${method}
l: 0

`;

void t.test('invalid messages (3.1.2) are refused', async t => {
  const refused: [string, string, object][] = [
    [
      '3.1.2.1 badinv: extra separators in Via',
      `INVITE sip:a@b.example SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.15;;,;,,${rest('INVITE')}`,
      { kind: 'fault' },
    ],
    [
      '3.1.2.2 clerr: body shorter than said',
      `INVITE sip:a@b.example SIP/2.0${rest('INVITE').replace('l: 0', 'l: 9999')}v=0`,
      { code: 'content-length', answer: { status: 400 } },
    ],
    [
      '3.1.2.3 ncl: negative Content-Length',
      `INVITE sip:a@b.example SIP/2.0${rest('INVITE').replace('l: 0', 'l: -999')}`,
      { code: 'content-length', answer: { status: 400 } },
    ],
    [
      '3.1.2.4 scalar02: CSeq beyond 2^31',
      `REGISTER sip:example.com SIP/2.0${rest('REGISTER').replace('CSeq: 8', 'CSeq: 36893488147419103232')}`,
      { kind: 'fault' },
    ],
    [
      '3.1.2.5 scalarlg: response with CSeq too large',
      `SIP/2.0 503 Service Unavailable${rest('INVITE').replace('CSeq: 8', 'CSeq: 9292394834772304023312')}`,
      { kind: 'fault' },
    ],
    [
      '3.1.2.6 quotbal: quote left open in To',
      `INVITE sip:user@example.com SIP/2.0${rest('INVITE').replace('To: sip:user', 'To: "Mr. J. User <sip:j.user')}`,
      { kind: 'fault' },
    ],
    [
      '3.1.2.7 ltgtruri: Request-URI in brackets',
      `INVITE <sip:user@example.com> SIP/2.0${rest('INVITE')}`,
      { code: 'uri', answer: { status: 400 } },
    ],
    [
      '3.1.2.8 lwsruri: space in the Request-URI',
      `INVITE sip:user@example.com; lr SIP/2.0${rest('INVITE')}`,
      { code: 'uri', answer: { status: 400 } },
    ],
    [
      '3.1.2.9 lwsstart: several spaces in the start line',
      `INVITE  sip:user@example.com  SIP/2.0${rest('INVITE')}`,
      { code: 'uri', answer: { status: 400 } },
    ],
    [
      '3.1.2.10 trws: space at the end of the start line',
      `OPTIONS sip:remote-target@example.com SIP/2.0  ${rest('OPTIONS')}`,
      { code: 'uri', answer: { status: 400 } },
    ],
    [
      '3.1.2.16 badvers: another version',
      `OPTIONS sip:t.watson@example.org SIP/7.0${rest('OPTIONS')}`,
      { code: 'version', answer: { status: 505 } },
    ],
    [
      '3.1.2.17 mismatch01: CSeq method differs',
      `OPTIONS sip:user@example.com SIP/2.0${rest('INVITE')}`,
      { code: 'cseq-method', answer: { status: 400 } },
    ],
    [
      '3.1.2.19 bigcode: status out of range',
      `SIP/2.0 4294967301 better not break the receiver${rest('INVITE')}`,
      { code: 'start-line' },
    ],
  ];
  for (const [name, text, expected] of refused) t.match(parse(text), expected, name);
});

void t.test(
  '3.3.2 unkscm, 3.3.3 novelsc: other schemes are messages, for the user agent to refuse',
  async t => {
    for (const uri of [
      'nobodyKnowsThisScheme:totallyopaquecontent',
      'soap.beep://192.0.2.103:3002',
      'tel:+4930123',
    ]) {
      t.match(parse(`OPTIONS ${uri} SIP/2.0${rest('OPTIONS')}`), { kind: 'request', uri });
    }
  },
);

void t.test('3.3.8 multi01: the same field several times where one is allowed', async t => {
  t.match(
    parse(`INVITE sip:user@example.com SIP/2.0${rest('INVITE').replace('CSeq', 'CSeq: 59 INVITE\nCSeq')}`),
    {
      kind: 'fault',
    },
  );
});
