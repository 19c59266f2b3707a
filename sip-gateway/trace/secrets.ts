const blank = '***';

/** Header fields whose scheme says nothing of what follows but that it is secret: Basic, Bearer. */
const credentials = /^((?:proxy-)?authorization[ \t]*:[ \t]*)(\S+)[ \t]*(.*)$/gim;

/** A room dials NUMBER*PIN; the star may be escaped (RFC 3261 §19.1.4). Bounded, since strangers write the text. */
const dialledPin = /\b((?:sips?|tel):[^\s@*<>";]{0,64}?(?:\*|%2a))[^\s@<>";]{1,256}/gi;

/** §19.1.1: user:password@host. */
const uriPassword = /\b(sips?:[^\s@:<>";]{1,256}:)[^\s@<>"]{1,256}@/gi;

/** Of SDP: keys of SDES (RFC 4568 §6.1). */
const sdesKey = /\binline:[^\s|;]+/gi;
/** The password of ICE (RFC 8839 §5.4), keys of MIKEY (RFC 4567 §3.1), and the old k= (RFC 4566 §5.12). */
const secretLine = /^(a=ice-pwd:|a=key-mgmt:|k=).*$/gim;

/** Bodies that can be read on; others are text of people, or unknown. */
const readableBody = /^(?:application\/(?:sdp|media_control\+xml)|multipart\/mixed|message\/sipfrag)$/i;
const multipart = /^multipart\//i;

/**
 * A SIP message as an operator may read it: keys, passwords, PINs, dialled digits and what people write to each
 * other are blank, whatever else it says.
 */
export function withoutSecrets(message: string): string {
  const end = /\r?\n\r?\n/.exec(message);
  const head = end ? message.slice(0, end.index) : message;
  const body = end ? message.slice(end.index + end[0].length) : '';
  // §7.3.1: a secret may stand on a line that continues the one before.
  const plainHead = blankUris(
    head
      .replace(/\r?\n[ \t]+/g, ' ')
      .replace(credentials, (_line, name: string, scheme: string, rest) =>
        name.concat(scheme, ' ', /^digest$/i.test(scheme) ? blankDigest(String(rest)) : blank),
      ),
  );
  return body === '' ? plainHead : `${plainHead}${end![0]}${blankBody(plainHead, body)}`;
}

/** `NUMBER*PIN` → `NUMBER****`, in the addresses of a text. */
export function blankUris(text: string): string {
  return text.replace(uriPassword, `$1${blank}@`).replace(dialledPin, `$1${blank}`);
}

/** With the response, a password can be guessed at leisure; the rest tells why it was refused (RFC 8760). */
function blankDigest(parameters: string): string {
  return parameters.replace(/\b(response[ \t]*=[ \t]*)("[^"]*"?|[^\s,]+)/gi, `$1"${blank}"`);
}

function blankBody(head: string, body: string): string {
  const type = /^(?:content-type|c)[ \t]*:[ \t]*([^\s;]+)/im.exec(head)?.[1] ?? '';
  if (!readableBody.test(type)) return `(${body.length} characters of ${type || 'unknown type'}, not kept)`;
  // Of parts of other types nothing is known.
  if (multipart.test(type) && /^content-type[ \t]*:(?![ \t]*application\/sdp\b)/im.test(body)) {
    return `(${body.length} characters in several parts, not kept)`;
  }
  return blankUris(body).replace(sdesKey, `inline:${blank}`).replace(secretLine, `$1${blank}`);
}
