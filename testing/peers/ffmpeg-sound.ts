import { spawn } from 'node:child_process';
import { once } from 'node:events';
import dgram from 'node:dgram';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseRtp, writeRtpHeader, type RtpPacket } from '../../sfu/rtp/packet.js';
import { isRtcp } from '../../sfu/rtp/rtcp.js';
import type { RtpCodec } from '../../sfu/rtp/session.js';
import { marksEachPacket } from '../../sfu/mixing/audio/audio-encoder.js';
import { freeUdpPort } from './ports.js';

export interface TimedPayload {
  payload: Buffer;
  /** RTP timestamp. */
  timestamp: number;
}

/** Until it reads its port; it does not say when. */
const startMs = 800;
const ssrc = 0x5eed;

/** What the ffmpeg program hears of RTP with these payloads: mono at 48 kHz, `seconds` of it. */
export async function heardByFfmpeg(
  codec: RtpCodec,
  payloads: readonly TimedPayload[],
  seconds: number,
): Promise<Int16Array> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ffmpeg-sound-'));
  const port = await freeUdpPort();
  const file = path.join(folder, 'session.sdp');
  await writeFile(file, descriptionOf(codec, port));
  const child = spawn(
    'ffmpeg',
    `-nostdin -v error -protocol_whitelist file,udp,rtp -i ${file} -t ${seconds} -ar 48000 -ac 1 -f s16le -`.split(
      ' ',
    ),
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const pieces: Buffer[] = [];
  let said = '';
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  child.stderr.on('data', text => (said += String(text)));
  const ended = once(child, 'close');
  const socket = dgram.createSocket('udp4');
  try {
    await sleep(startMs);
    for (const [i, { payload, timestamp }] of payloads.entries()) {
      const data = Buffer.alloc(12 + payload.length);
      writeRtpHeader(
        data,
        i === 0 || marksEachPacket(codec),
        codec.payloadType,
        i & 0xffff,
        timestamp >>> 0,
        ssrc,
      );
      payload.copy(data, 12);
      socket.send(data, port, '127.0.0.1');
      // Faster than it is heard, yet no flood.
      if (i % 4 === 3) await sleep(20);
      if (child.exitCode !== null) break;
    }
    const patience = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(patience);
  } finally {
    child.kill('SIGKILL');
    socket.close();
    await rm(folder, { recursive: true, force: true });
  }
  const bytes = Buffer.concat(pieces);
  if (bytes.length === 0) throw new Error(`ffmpeg heard nothing: ${said}`);
  const pcm = new Int16Array(bytes.length >> 1);
  for (let i = 0; i < pcm.length; i++) pcm[i] = bytes.readInt16LE(i * 2);
  return pcm;
}

/** RTP that the ffmpeg program sends when it is called with these arguments, which make a stream of sound. */
export async function sentByFfmpeg(args: string[], payloadType: number): Promise<RtpPacket[]> {
  const socket = dgram.createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const packets: RtpPacket[] = [];
  socket.on('message', data => {
    const packet = isRtcp(data) ? null : parseRtp(data, performance.now());
    if (packet) packets.push(packet);
  });
  const to = ['-payload_type', String(payloadType), '-f', 'rtp', `rtp://127.0.0.1:${socket.address().port}`];
  const child = spawn('ffmpeg', ['-nostdin', '-v', 'error', ...args, ...to], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await once(child, 'close');
    await sleep(100);
  } finally {
    child.kill('SIGKILL');
    socket.close();
  }
  return packets;
}

function descriptionOf(
  { name, payloadType, clockRate, channels, parameters }: RtpCodec,
  port: number,
): string {
  const fmtp = Object.entries(parameters).map(([key, value]) => `${key}=${value}`);
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP ${payloadType}`,
    `a=rtpmap:${payloadType} ${name}/${clockRate}${channels === 2 ? '/2' : ''}`,
    ...(fmtp.length > 0 ? [`a=fmtp:${payloadType} ${fmtp.join(';')}`] : []),
    '',
  ].join('\n');
}
