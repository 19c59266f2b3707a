import { randomInt } from 'node:crypto';
import type { types } from 'mediasoup';
import type { RtcpFeedback, RtpCodec, RtpSession } from '../rtp/session.js';
import { audioLevelExtension, tapCapabilities, toRtpCodec } from './codecs.js';
import type { ForwardingRoom } from './forwarding-room.js';

/** Where the SFU and our other processes meet. */
const loopback = '127.0.0.1';
/** A keyframe of a 1080p picture comes as a burst of about 100 packets; the default buffer of 208 KiB is tight. */
const bufferBytes = 4 * 1024 * 1024;

const allFeedback: RtcpFeedback = { nack: true, pli: true, fir: true };

/** A stream of the SFU sent to a port of another process of ours: the MCU, the recorder. */
export interface Tap {
  readonly session: RtpSession;
  readonly consumer: types.Consumer;
  close(): void;
}

/** A stream that another process of ours sends into the SFU: the composite, a room's picture or sound. */
export interface Injection {
  readonly session: RtpSession;
  readonly producer: types.Producer;
  close(): void;
}

/** Sends `producer` to `localPort`, where a process of ours listens or soon will. It begins at once. */
export async function tap(
  room: ForwardingRoom,
  producer: types.Producer,
  sessionId: string,
  localPort: number,
): Promise<Tap> {
  const transport = await openTransport(room, localPort);
  try {
    const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities: tapCapabilities });
    const [codec] = consumer.rtpParameters.codecs;
    const [encoding] = consumer.rtpParameters.encodings ?? [];
    if (!codec || encoding?.ssrc === undefined)
      throw new Error('the SFU gave a consumer without codec or SSRC');
    const level = consumer.rtpParameters.headerExtensions?.find(({ uri }) => uri === audioLevelExtension.uri);
    const session: RtpSession = {
      ...endpoints(transport, sessionId, localPort),
      kind: consumer.kind,
      receive: {
        codec: toRtpCodec(codec),
        ssrc: encoding.ssrc,
        ...(level && { audioLevelExtensionId: level.id }),
      },
    };
    return { session, consumer, close: () => transport.close() };
  } catch (cause) {
    transport.close();
    throw cause;
  }
}

/** Lets the process that sends from `localPort` publish one stream. */
export async function inject(
  room: ForwardingRoom,
  codec: RtpCodec,
  sessionId: string,
  localPort: number,
): Promise<Injection> {
  const transport = await openTransport(room, localPort);
  try {
    const kind = codec.name === 'opus' ? 'audio' : 'video';
    const ssrc = randomInt(1, 0xffffffff);
    const cname = sessionId.slice(0, 60);
    const producer = await transport.produce({
      kind,
      rtpParameters: {
        codecs: [
          {
            mimeType: `${kind}/${codec.name}`,
            payloadType: codec.payloadType,
            clockRate: codec.clockRate,
            ...(codec.channels === undefined ? {} : { channels: codec.channels }),
            parameters: numeric(codec.parameters),
            rtcpFeedback: kind === 'video' ? [{ type: 'nack', parameter: 'pli' }] : [],
          },
        ],
        headerExtensions: kind === 'audio' ? [audioLevelExtension] : [],
        encodings: [{ ssrc }],
        rtcp: { cname },
      },
    });
    const session: RtpSession = {
      ...endpoints(transport, sessionId, localPort),
      kind,
      send: {
        codec,
        ssrc,
        cname,
        ...(kind === 'audio' ? { audioLevelExtensionId: audioLevelExtension.id } : {}),
      },
    };
    return { session, producer, close: () => transport.close() };
  } catch (cause) {
    transport.close();
    throw cause;
  }
}

async function openTransport(room: ForwardingRoom, localPort: number): Promise<types.PlainTransport> {
  const transport = await room.router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: loopback, recvBufferSize: bufferBytes, sendBufferSize: bufferBytes },
    rtcpMux: true,
    // Not "comedia": the peer is known, and nobody else may take its place by sending first.
    comedia: false,
  });
  await transport.connect({ ip: loopback, port: localPort });
  return transport;
}

function endpoints(transport: types.PlainTransport, id: string, localPort: number) {
  const remotePort = transport.tuple.localPort;
  return {
    id,
    local: { address: loopback, port: localPort, rtcpPort: localPort },
    remote: { address: loopback, port: remotePort, rtcpPort: remotePort },
    symmetric: false,
    feedback: allFeedback,
  };
}

/** mediasoup compares `packetization-mode` and its like as numbers. */
function numeric(parameters: Record<string, string>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      /^\d{1,3}$/.test(value) ? Number(value) : value,
    ]),
  );
}
