import { corpus } from '../../sip-gateway/sdp/corpus.js';
import { torture } from '../../sip-gateway/sip/message/torture.js';
import type { SeededRandom } from '../synthetic/seeded-random.js';

const methods = [
  'INVITE',
  'ACK',
  'BYE',
  'CANCEL',
  'OPTIONS',
  'INFO',
  'UPDATE',
  'REGISTER',
  'MESSAGE',
  'REFER',
];
const pieces = [
  '"',
  '<',
  '>',
  ';',
  ',',
  '\r\n',
  '\r\n ',
  ':',
  '\\',
  '%00',
  '@',
  '[',
  ']',
  '0',
  '-1',
  ' ',
  '=',
  '*',
];
const numbers = ['0', '-1', '4294967296', '99999999999999999999', '2147483648', '1e9', ''];
const torn = Object.values(torture).map(text => text.replaceAll('\n', '\r\n'));
const descriptions = Object.values(corpus);

/** Where a message goes, and from whom. */
export interface Scene {
  number: string;
  port: number;
  /** ADDRESS:PORT of the sender. */
  own: string;
  /** A dialog that the sender has: what is said in it is not kept out at the door. */
  dialog?: { callId: string; fromTag: string; toTag: string; sequence: number };
}

/** A message that was right before it was damaged, or never was one. */
export function hostileMessage(random: SeededRandom, scene: Scene): Buffer {
  const kind = random.below(10);
  if (kind === 0) return random.bytes(1 + random.below(1400));
  const text = kind < 4 ? pick(random, torn) : writtenMessage(random, scene);
  if (kind === 9) return random.mutate(Buffer.from(text));
  return Buffer.from(damaged(random, text));
}

/** A well-formed request of the dialog, or of none. */
export function writtenMessage(
  random: SeededRandom,
  { number, port, own, dialog }: Scene,
  method = pick(random, methods),
): string {
  const body = /INVITE|UPDATE/.test(method) || random.below(8) === 0 ? pick(random, descriptions) : '';
  const id = random.below(2 ** 31);
  return [
    `${method} sip:${number}@127.0.0.1:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${own};branch=z9hG4bK${id};rport`,
    `Max-Forwards: ${random.below(20) === 0 ? 0 : 70}`,
    `From: "Room" <sip:fuzz@${own}>;tag=${dialog?.fromTag ?? id}`,
    `To: <sip:${number}@127.0.0.1:${port}>${dialog ? `;tag=${dialog.toTag}` : ''}`,
    `Call-ID: ${dialog?.callId ?? `${id}@fuzz`}`,
    `CSeq: ${dialog ? dialog.sequence : random.below(1000)} ${method}`,
    `Contact: <sip:fuzz@${own}>`,
    `User-Agent: ${pick(random, ['Polycom', 'TANDBERG', 'Huawei TE40', ''])}`,
    ...(random.below(4) === 0
      ? [`Session-Expires: ${random.below(4000)};refresher=uas`, 'Supported: timer']
      : []),
    ...(random.below(6) === 0 ? [`Authorization: Digest username="a", realm="amphi", response="${id}"`] : []),
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

function damaged(random: SeededRandom, text: string): string {
  let data = text;
  for (let edits = 1 + random.below(4); edits > 0; edits--) {
    const at = random.below(data.length + 1);
    const lines = data.split('\r\n');
    const line = random.below(lines.length);
    switch (random.below(7)) {
      case 0:
        data = data.slice(0, at) + data.slice(at + random.below(40));
        break;
      case 1:
        data = data.slice(0, at) + pick(random, pieces) + data.slice(at);
        break;
      case 2:
        data = [
          ...lines.slice(0, line),
          ...Array<string>(1 + random.below(60)).fill(lines[line]!),
          ...lines.slice(line),
        ].join('\r\n');
        break;
      case 3:
        lines.splice(line, 1);
        data = lines.join('\r\n');
        break;
      case 4:
        data = data.slice(0, at) + data.slice(at).replace(/\d+/, pick(random, numbers));
        break;
      case 5:
        data = data.slice(0, at) + pick(random, pieces).repeat(random.below(2000)) + data.slice(at);
        break;
      default:
        data = data.slice(0, at) + pick(random, torn).slice(random.below(300));
    }
  }
  // What a datagram carries.
  return data.slice(0, 60_000);
}

function pick<T>(random: SeededRandom, from: readonly T[]): T {
  return from[random.below(from.length)]!;
}
