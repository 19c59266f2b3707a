import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import t, { type Test } from 'tap';
import type { VideoEncoding } from '../plan.js';
import type { RtpCodec, VideoCodecName } from '../../rtp/session.js';
import type { EncodedCodecName } from '../../rtp/video-packetizer.js';
import { freeUdpPorts } from '../../../testing/peers/ports.js';
import {
  blue,
  encoding,
  green,
  isLike,
  red,
  sleep,
  TestConference,
} from '../../../testing/synthetic/test-conference.js';
import type { Colour } from '../../../testing/synthetic/synthetic-viewer.js';

/** ffmpeg as the far end: what it sends of each codec. */
const senders: Record<VideoCodecName, { payloadType: number; arguments: string[] }> = {
  H264: { payloadType: 96, arguments: ['-c:v', 'libx264', '-tune', 'zerolatency', '-preset', 'ultrafast'] },
  H265: {
    payloadType: 97,
    arguments: ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'bframes=0:log-level=0:keyint=15'],
  },
  VP8: { payloadType: 98, arguments: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8'] },
  VP9: {
    payloadType: 99,
    arguments: [
      '-c:v',
      'libvpx-vp9',
      '-deadline',
      'realtime',
      '-cpu-used',
      '8',
      '-lag-in-frames',
      '0',
    ].concat(['-strict', 'experimental']),
  },
  H263: {
    payloadType: 34,
    arguments: ['-c:v', 'h263', '-ps', '500', '-mb_info', '1100', '-rtpflags', 'rfc2190'],
  },
  'H263-1998': { payloadType: 100, arguments: ['-c:v', 'h263p'] },
  H261: { payloadType: 31, arguments: ['-c:v', 'h261', '-strict', 'experimental'] },
};

const names: Record<string, string> = { H263: 'H263', H261: 'H261', H265: 'H265' };
const codecOf = (name: VideoCodecName): RtpCodec => ({
  name,
  payloadType: senders[name].payloadType,
  clockRate: 90_000,
  parameters: name === 'H264' ? { 'packetization-mode': '1' } : {},
});

/** Noise, so that a picture is many packets; its mean is the colour. */
function send(name: VideoCodecName, colour: string, port: number): ChildProcess {
  const { payloadType, arguments: codec } = senders[name];
  const source = `color=c=${colour}:s=352x288:r=25,noise=alls=30:allf=t,format=yuv420p`;
  return spawn('ffmpeg', [
    ...['-nostdin', '-v', 'error', '-re', '-f', 'lavfi', '-i', source, ...codec],
    ...['-b:v', '600k', '-g', '15', '-payload_type', String(payloadType)],
    ...['-f', 'rtp', `rtp://127.0.0.1:${port}?rtcpport=${port}&pkt_size=1200`],
  ]);
}

/** The mean of the middle of the 40th picture that ffmpeg decodes. */
async function seenByFfmpeg(t: Test, codec: RtpCodec, port: number, size: VideoEncoding): Promise<Colour> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'amphi-codecs-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const sdp = path.join(folder, 'in.sdp');
  const out = path.join(folder, 'out.yuv');
  const fmtp = codec.name === 'H264' ? `a=fmtp:${codec.payloadType} packetization-mode=1\r\n` : '';
  await writeFile(
    sdp,
    `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video ${port} RTP/AVP ${codec.payloadType}\r\na=rtpmap:${codec.payloadType} ${names[codec.name] ?? codec.name}/90000\r\n${fmtp}`,
  );
  const child = spawn('ffmpeg', [
    ...['-nostdin', '-v', 'error', '-protocol_whitelist', 'file,udp,rtp', '-i', sdp],
    ...['-vf', "select='gte(n,40)',scale=in_range=tv:out_range=tv", '-frames:v', '1', '-pix_fmt', 'yuv420p'],
    ...['-f', 'rawvideo', '-y', out],
  ]);
  t.teardown(() => child.kill('SIGKILL'));
  let complaint = '';
  child.stderr.on('data', text => (complaint += String(text)));
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await once(child, 'exit');
  clearTimeout(timer);
  const picture = await readFile(out).catch(() => Buffer.alloc(0));
  const { width, height } = size;
  if (picture.length !== (width * height * 3) / 2)
    throw new Error(`ffmpeg saw ${picture.length} bytes: ${complaint.slice(0, 500)}`);
  const mean = (offset: number, w: number, h: number): number => {
    let [sum, count] = [0, 0];
    for (let y = Math.floor(h / 4); y < (h * 3) / 4; y++) {
      for (let x = Math.floor(w / 3); x < (w * 2) / 3; x++, count++) sum += picture[offset + y * w + x]!;
    }
    return sum / count;
  };
  const luma = width * height;
  return [
    mean(0, width, height),
    mean(luma, width / 2, height / 2),
    mean((luma * 5) / 4, width / 2, height / 2),
  ];
}

const colours: [string, Colour][] = [
  ['red', red],
  ['lime', green],
  ['blue', blue],
];

async function throughTheMixer(t: Test, input: VideoCodecName, output: EncodedCodecName, n: number) {
  const [name, colour] = colours[n % colours.length]!;
  const conference = new TestConference();
  t.teardown(() => conference.close());
  const [inPort, inRemote, outPort, outRemote] = (await freeUdpPorts(4)) as [number, number, number, number];
  const at = (port: number) => ({ address: '127.0.0.1', port, rtcpPort: port });
  const common = {
    kind: 'video',
    symmetric: true,
    feedback: { nack: false, pli: false, fir: false },
  } as const;
  const size = {
    ...encoding,
    codec: output,
    width: 352,
    height: 288,
    keyframeIntervalS: 1,
    bitrate: 600_000,
  };
  const codec = codecOf(output);
  conference.plan.sessions.push(
    { ...common, id: 'in', local: at(inPort), remote: at(inRemote), receive: { codec: codecOf(input) } },
    { ...common, id: 'out', local: at(outPort), remote: at(outRemote), send: { codec, ssrc: 5, cname: 'a' } },
  );
  conference.plan.sources.push({ siteId: 's', name: 's', video: 'in' });
  conference.plan.outputs.push({
    id: 'o',
    video: { session: 'out', view: { layout: 'auto', siteIds: ['s'], labels: false }, encoder: size },
  });
  conference.apply();
  await sleep(500);
  const sender = send(input, name, inPort);
  t.teardown(() => sender.kill('SIGKILL'));
  await sleep(1500);
  let seen = await seenByFfmpeg(t, codec, outRemote, size);
  // A busy machine starts ffmpeg's encoder late.
  for (let n = 0; n < 3 && !isLike(seen, colour); n++) seen = await seenByFfmpeg(t, codec, outRemote, size);
  t.ok(isLike(seen, colour), `${input} in ${name} → ${output}: ${seen.map(Math.round).join(' ')}`);
}

const pairs: [VideoCodecName, EncodedCodecName][] = [
  ['H261', 'H261'],
  ['H263', 'H263'],
  ['H263-1998', 'H263-1998'],
  ['VP8', 'VP8'],
  ['VP9', 'VP9'],
  ['H265', 'H264'],
];

pairs.forEach(([input, output], n) => {
  void t.test(`${input} from ffmpeg, ${output} to ffmpeg`, t => throughTheMixer(t, input, output, n));
});
