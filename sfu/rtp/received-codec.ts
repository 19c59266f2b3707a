import type { RtpCodec, RtpSession } from './session.js';

/** The codec of a session that a payload type stands for, or whose silence it describes; undefined: none. */
export function receivedCodec(
  { codec, others }: NonNullable<RtpSession['receive']>,
  payloadType: number,
): RtpCodec | undefined {
  if (isOf(codec, payloadType)) return codec;
  if (others) for (const other of others) if (isOf(other, payloadType)) return other;
  return undefined;
}

function isOf(codec: RtpCodec, payloadType: number): boolean {
  return payloadType === codec.payloadType || payloadType === codec.comfortNoisePayloadType;
}
