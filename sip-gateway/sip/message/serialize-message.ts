import { printedName } from './headers.js';
import { formatNameAddress } from './name-address.js';
import { formatVia } from './via.js';
import type { SipMessage } from './message.js';

export function serializeMessage(message: SipMessage): Buffer {
  let head =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0\r\n`
      : `SIP/2.0 ${message.status} ${message.reason.replace(/[\r\n\0]+/g, ' ')}\r\n`;
  for (const via of message.via) head += `Via: ${formatVia(via)}\r\n`;
  head +=
    `From: ${formatNameAddress(message.from)}\r\n` +
    `To: ${formatNameAddress(message.to)}\r\n` +
    `Call-ID: ${message.callId}\r\n` +
    `CSeq: ${message.cseq.sequence} ${message.cseq.method}\r\n`;
  for (const [name, value] of message.headers) head += `${printedName(name)}: ${value}\r\n`;
  head += `Content-Length: ${message.body.length}\r\n\r\n`;
  return message.body.length === 0 ? Buffer.from(head) : Buffer.concat([Buffer.from(head), message.body]);
}
