import { spawn, type ChildProcess } from 'node:child_process';
import type { RtpCodec, RtpSession } from '../../sfu/rtp/session.js';
import { talkers } from './rooms.js';

/** How GStreamer says what we say in an SDP: caps of a codec, its elements, and its encoder as ours is set. */
interface Elements {
  caps: string;
  decoder: string;
  encoder: string;
  rate: number;
}

const elementsOf: Partial<Record<RtpCodec['name'], Elements>> = {
  opus: {
    caps: 'encoding-name=OPUS,clock-rate=48000',
    decoder: 'rtpopusdepay ! opusdec',
    encoder: 'opusenc audio-type=generic bitrate=48000 complexity=5 ! rtpopuspay',
    rate: 48_000,
  },
  PCMA: {
    caps: 'encoding-name=PCMA,clock-rate=8000',
    decoder: 'rtppcmadepay ! alawdec',
    encoder: 'alawenc ! rtppcmapay',
    rate: 8000,
  },
  G722: {
    caps: 'encoding-name=G722,clock-rate=8000',
    decoder: 'rtpg722depay ! avdec_g722',
    encoder: 'avenc_g722 ! rtpg722pay',
    rate: 16_000,
  },
};

const sound = 'audio/x-raw,format=S16LE,rate=48000,channels=1';

/**
 * The same conference as one pipeline: each room's RTP through a jitter buffer and a decoder, one mix for all who
 * are silent, one without each talker, each encoded once for each codec and sent to all who hear it.
 */
export function gstreamer(sessions: RtpSession[]): ChildProcess {
  const mixes = talkers.length + 1;
  const args = sessions.flatMap((session, n) => {
    const { codec } = session.receive!;
    const { caps, decoder } = elementsOf[codec.name]!;
    const source = [
      `udpsrc address=127.0.0.1 port=${session.local.port}`,
      `caps=application/x-rtp,media=audio,${caps},payload=${codec.payloadType}`,
    ].join(' ');
    const heard = `${source} ! rtpjitterbuffer latency=60 ! ${decoder} ! audioconvert ! audioresample ! ${sound} ! tee name=t${n}`;
    const into = Array.from({ length: mixes }, (_, mix) => mix)
      .filter(mix => mix !== n)
      .map(mix => `t${n}. ! queue max-size-buffers=8 leaky=downstream ! m${mix}.`);
    return [heard, ...into];
  });
  for (let mix = 0; mix < mixes; mix++) {
    const listeners = sessions.filter((_, n) => (mix < talkers.length ? n === mix : n >= talkers.length));
    args.push(
      `audiomixer name=m${mix} latency=40000000 output-buffer-duration=20000000 ! ${sound} ! tee name=o${mix}`,
    );
    for (const name of new Set(listeners.map(({ send }) => send!.codec.name))) {
      const clients = listeners.filter(({ send }) => send!.codec.name === name);
      const { encoder, rate } = elementsOf[name]!;
      const { payloadType } = clients[0]!.send!.codec;
      const addresses = clients.map(({ remote }) => `127.0.0.1:${remote.port}`).join(',');
      const format = rate === 48_000 ? '' : `audioresample ! ${sound.replace('48000', String(rate))} ! `;
      args.push(
        `o${mix}. ! queue ! ${format}${encoder} pt=${payloadType} ! multiudpsink sync=false async=false clients=${addresses}`,
      );
    }
  }
  return spawn('gst-launch-1.0', ['-q', ...args.join(' ').split(' ')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}
