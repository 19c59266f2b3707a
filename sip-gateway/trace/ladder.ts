import type { CallRecord } from './call-history.js';
import type { TracedMessage } from './message-ring.js';

/** Columns between the two lines that stand for us and for the peer. */
const width = 64;
const maxNote = 72;

/** The messages of a call as people draw them: the peer left, we right, an arrow for each. */
export function ladder(record: CallRecord): string {
  const { messages, omitted } = record;
  const lines = [...headOf(record), ''];
  const peers = [...new Set(messages.map(({ peer }) => peer))];
  lines.push(`${'time'.padEnd(13)}${peers.join(', ').padEnd(width)}  Amphi`);
  let last: TracedMessage | undefined;
  for (const [index, message] of messages.entries()) {
    if (omitted.count > 0 && index === omitted.before)
      lines.push(`${' '.repeat(13)}… ${omitted.count} messages are not kept`);
    lines.push(`${offset(message, messages[0]!)}${arrow(message)}  ${noteOf(message, last)}`.trimEnd());
    last = message;
  }
  return `${lines.join('\n')}\n`;
}

/** Every message whole, as text: to keep, to send to a maker of rooms, to read with `less`. */
export function transcript(record: CallRecord): string {
  const parts = record.messages.map(({ atMs, direction, protocol, peer, text }) => {
    const way = direction === 'received' ? 'from' : 'to';
    return `---- ${new Date(atMs).toISOString()} ${direction} ${protocol} ${way} ${peer}\n${text.replaceAll('\r\n', '\n').trimEnd()}\n`;
  });
  const { count, before } = record.omitted;
  if (count > 0) parts.splice(before, 0, `---- ${count} messages are not kept\n`);
  return [`${headOf(record).join('\n')}\n`, ...parts].join('\n');
}

function headOf({ callId, direction, target, remote, startedAtMs, end, state }: CallRecord): string[] {
  const who = remote.displayName === '' ? remote.uri : `${printable(remote.displayName)} ${remote.uri}`;
  return [
    `Call ${callId}, ${direction}, ${state}, since ${new Date(startedAtMs).toISOString()}`,
    `Peer: ${printable(who)} at ${remote.address}${remote.userAgent === '' ? '' : `, ${printable(remote.userAgent)}`}`,
    `Dialled: ${printable(target)}`,
    ...(end
      ? [`Ended by ${end.by === 'local' ? 'us' : 'the peer'}: ${end.cause}, ${printable(end.text)}`]
      : []),
  ];
}

/** `+12.345 s` since the first. */
function offset({ atMs }: TracedMessage, first: TracedMessage): string {
  return `+${((atMs - first.atMs) / 1000).toFixed(3)} s`.padEnd(13);
}

function arrow({ direction, text, protocol }: TracedMessage): string {
  const label = ` ${printable(startLineOf(text))} (${protocol}) `.slice(0, width - 4);
  const dashes = '-'.repeat(Math.max(1, width - 2 - label.length));
  return direction === 'received' ? `|-${label}${dashes.slice(1)}>|` : `|<${dashes.slice(1)}${label}-|`;
}

function startLineOf(text: string): string {
  const line = /^[^\r\n]*/.exec(text)![0];
  return line.startsWith('SIP/2.0 ') ? line.slice(8) : line.replace(/ SIP\/2\.0$/, '');
}

/** What a reader wants to know beside the start line: CSeq, SDP in one line, why it was refused, and repeats. */
function noteOf({ text }: TracedMessage, last: TracedMessage | undefined): string {
  const notes: string[] = [];
  if (last?.text === text) notes.push('(again)');
  const header = (name: string) => new RegExp(`^${name}[ \\t]*:[ \\t]*(.*)$`, 'im').exec(text)?.[1]?.trim();
  if (text.startsWith('SIP/2.0 ')) notes.push(header('cseq') ?? '');
  const refused = /^SIP\/2\.0 [3-6]/.test(text) && (header('warning') ?? header('reason'));
  if (refused) notes.push(refused);
  const media = [...text.matchAll(/^m=(\S+) (\d+) (\S+)/gm)].map(([, kind, port, profile]) =>
    port === '0' ? `${kind} off` : `${kind}:${port} ${profile}`,
  );
  if (media.length > 0) notes.push(media.join(', '));
  return printable(notes.join(' ')).slice(0, maxNote);
}

/** What peers wrote must not move a terminal's cursor. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, ' ');
}
