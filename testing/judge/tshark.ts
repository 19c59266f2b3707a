import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** LINKTYPE_RAW: each packet begins with its IP header. */
const linkTypeRaw = 101;

/**
 * What Wireshark makes of UDP payloads that are said to be `protocol`: for each the fields asked for, as text.
 * `_ws.malformed` is empty where it finds nothing wrong.
 */
export async function dissect(
  protocol: string,
  payloads: { out: boolean; data: Buffer }[],
  fields: string[],
): Promise<string[][]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'amphi-tshark-'));
  try {
    const file = path.join(folder, 'wire.pcap');
    await writeFile(file, pcap(payloads));
    const { stdout } = await run('tshark', [
      ...['-n', '-r', file, '-d', `udp.port==5070,${protocol}`, '-T', 'fields', '-E', 'separator=|'],
      ...fields.flatMap(field => ['-e', field]),
    ]);
    return stdout
      .trimEnd()
      .split('\n')
      .map(line => line.split('|'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pcap(payloads: { out: boolean; data: Buffer }[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(linkTypeRaw, 20);
  return Buffer.concat([header, ...payloads.map(({ out, data }, n) => record(data, out, n))]);
}

function record(data: Buffer, out: boolean, n: number): Buffer {
  const packet = Buffer.alloc(28 + data.length);
  packet[0] = 0x45;
  packet.writeUInt16BE(packet.length, 2);
  packet[8] = 64;
  packet[9] = 17;
  packet.set(out ? [10, 0, 0, 1, 10, 0, 0, 2] : [10, 0, 0, 2, 10, 0, 0, 1], 12);
  packet.writeUInt16BE(5070, 20);
  packet.writeUInt16BE(5070, 22);
  packet.writeUInt16BE(8 + data.length, 24);
  data.copy(packet, 28);
  const head = Buffer.alloc(16);
  head.writeUInt32LE(n, 0);
  head.writeUInt32LE(packet.length, 8);
  head.writeUInt32LE(packet.length, 12);
  return Buffer.concat([head, packet]);
}
