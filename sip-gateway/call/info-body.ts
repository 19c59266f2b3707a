import { contentTypeOf, type SipRequest } from '../sip/message/message.js';

/** RFC 5168: asks an encoder for a keyframe. */
export const fastUpdateType = 'application/media_control+xml';
export const fastUpdateBody =
  '<?xml version="1.0" encoding="utf-8"?>\r\n' +
  '<media_control><vc_primitive><to_encoder><picture_fast_update/></to_encoder></vc_primitive></media_control>\r\n';

export type InfoContent = { kind: 'keyframe' } | { kind: 'dtmf'; digit: string } | { kind: 'nothing' };

/**
 * What an INFO says, or the status to refuse it with. INFO has no package in any of these uses
 * (RFC 6086 §2 calls them legacy), but hardware rooms speak nothing else.
 */
export function readInfo(request: SipRequest): InfoContent | { status: number } {
  // RFC 6086 §4.2.2: we have announced no package.
  if (request.headers.has('info-package')) return { status: 469 };
  const text = request.body.toString('utf8');
  switch (contentTypeOf(request)) {
    case undefined:
      return { kind: 'nothing' };
    case fastUpdateType:
      return /<\s*picture_fast_update[\s/>]/.test(text) ? { kind: 'keyframe' } : { kind: 'nothing' };
    case 'application/dtmf-relay':
      return digit(/^\s*Signal\s*=\s*(\S+)\s*$/im.exec(text)?.[1]);
    case 'application/dtmf':
      return digit(text.trim());
    default:
      return { status: 415 };
  }
}

/** Some write the digit as its number in RFC 4733: 10 is *, 11 is #. */
function digit(signal: string | undefined): InfoContent | { status: number } {
  const written = signal === '10' ? '*' : signal === '11' ? '#' : signal?.toUpperCase();
  return written !== undefined && /^[0-9A-D*#]$/.test(written)
    ? { kind: 'dtmf', digit: written }
    : { status: 400 };
}
