// A selection of the messages of RFC 4475 ("SIP Torture Test Messages"), by their names there.
import t from 'tap';
import type { SipMessage } from './message.js';
import { parseMessage, type ParseFault } from './parse-message.js';
import { parseNameAddress } from './name-address.js';
import { parseSipUri } from './uri.js';

function parse(text: string): SipMessage | ParseFault {
  return parseMessage(Buffer.from(text.replace(/^\n/, '').replaceAll('\n', '\r\n'), 'utf8'));
}

void t.test('3.1.1.1 wsinv: a short tortuous INVITE is valid', async t => {
  const message = parse(`
INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0
TO :
 sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n
from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>
  ;
  tag = 98asjd8
MaX-fOrWaRdS: 0068
Call-ID: wsinv.ndaksdj@192.0.2.1
Content-Length   : 150
cseq: 0009
  INVITE
Via  : SIP  /   2.0
 /UDP
    192.0.2.2;branch=390skdjuw
s :
NewFangledHeader:   newfangled value
 continued newfangled value
UnknownHeaderWithUnusualValue: ;;,,;;,;
Content-Type: application/sdp
Route:
 <sip:services.example.com;lr;unknownwith=value;unknown-no-value>
v:  SIP  / 2.0  / TCP     spindle.example.com   ;
  branch  =   z9hG4bK9ikj8  ,
 SIP  /    2.0   / UDP  192.168.255.111   ; branch=
 z9hG4bK30239
m:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =
      newvalue ;
  secondparam ; q = 0.33

v=0
o=mhandley 29739 7272939 IN IP4 192.0.2.3
s=-
c=IN IP4 192.0.2.4
t=0 0
m=audio 49217 RTP/AVP 0 12
m=video 3227 RTP/AVP 31
a=rtpmap:31 LPC
`);
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
  const message = parse(`
!interesting-Method0123456789_*+\`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0
Via: SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+\`'~
To: "BEL:\\\u0007 NUL:\\\u0000 DEL:\\\u007f" <sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@example.com>
From: token1~\` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%="работающий";tag=_token~1'+\`*%!-.
Call-ID: intmeth.word%ZK-!.*_+'@word\`~)(><:\\/"][?}{
CSeq: 139122385 !interesting-Method0123456789_*+\`.%indeed'~
Max-Forwards: 255
extensionHeader-!.%*+_\`'~:\uFEFF大停電
Content-Length: 0

`);
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
  const message = parse(`
SIP/2.0 100 
Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe
Call-ID: noreason.asndj203insdf99223ndf
CSeq: 35 INVITE
From: <sip:user@example.com>;tag=39ansfi3
To: <sip:user@example.edu>;tag=902jndnke3
Content-Length: 0

`);
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
