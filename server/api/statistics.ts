import Type, { type Static } from 'typebox';
import { closed } from './operation.js';
import { StreamSource } from './signalling.js';

/** One look at a site's network. */
export const SignalSample = Type.Object(
  {
    atMs: Type.Integer({ description: 'ms since 1970' }),
    fractionLost: Type.Number({ description: 'Of packets, 0–1, the worse direction' }),
    jitterMs: Type.Number(),
    roundTripMs: Type.Union([Type.Number(), Type.Null()]),
    sendBitrate: Type.Number({ description: 'bit/s from the site' }),
    receiveBitrate: Type.Number({ description: 'bit/s to the site' }),
  },
  closed,
);
export type SignalSample = Static<typeof SignalSample>;

const orUnknown = { description: 'null: not known, since nobody decodes it here' };
export const StreamStatistics = Type.Object(
  {
    source: StreamSource,
    direction: Type.Enum(['sends', 'receives'], { description: 'As the site sees it' }),
    codec: Type.String(),
    width: Type.Union([Type.Integer(), Type.Null()], orUnknown),
    height: Type.Union([Type.Integer(), Type.Null()], orUnknown),
    framesPerSecond: Type.Union([Type.Number(), Type.Null()], orUnknown),
  },
  closed,
);
export type StreamStatistics = Static<typeof StreamStatistics>;

export const SiteStatistics = Type.Object(
  {
    siteId: Type.String(),
    name: Type.String(),
    kind: Type.Enum(['webrtc', 'sip']),
    streams: Type.Array(StreamStatistics),
    signal: Type.Array(SignalSample, { description: 'Oldest first, each 2 s, of the last three minutes' }),
  },
  closed,
);
export type SiteStatistics = Static<typeof SiteStatistics>;

export const StatisticsQuery = Type.Object(
  {
    siteId: Type.Optional(Type.String({ maxLength: 64, description: 'Of this site alone' })),
    afterMs: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Only samples later than this, ms since 1970' }),
    ),
  },
  closed,
);
