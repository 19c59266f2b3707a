import type { types } from 'mediasoup';

/** A site's network over the last interval, as the SFU sees it. */
export interface PeerStatistics {
  /** 0–1, the worse of both directions. */
  fractionLost: number;
  jitterMs: number;
  roundTripMs: number | null;
  /** bit/s from the site. */
  sendBitrate: number;
  /** bit/s to the site. */
  receiveBitrate: number;
}

interface Counters {
  packets: number;
  lost: number;
}

/** Turns the SFU's running counters into what happened since the last look. */
export class PeerStatisticsMeter {
  #last = new Map<number, Counters>();

  async measure(producers: types.Producer[], consumers: types.Consumer[]): Promise<PeerStatistics> {
    const [incoming, outgoing] = await Promise.all([statsOf(producers), statsOf(consumers)]);
    const last = this.#last;
    this.#last = new Map([...incoming, ...outgoing].map(stat => [stat.ssrc, countersOf(stat)]));
    const roundTrips = [...incoming, ...outgoing]
      .flatMap(stat => stat.roundTripTime ?? [])
      .filter(ms => ms > 0);
    const jitters = incoming.map(stat => ('jitter' in stat ? (stat.jitter * 1000) / clockRateOf(stat) : 0));
    return {
      fractionLost: Math.max(fractionLost(incoming, last), fractionLost(outgoing, last)),
      jitterMs: Math.round(Math.max(0, ...jitters)),
      roundTripMs: roundTrips.length > 0 ? Math.round(Math.max(...roundTrips)) : null,
      sendBitrate: sum(incoming.map(stat => stat.bitrate)),
      receiveBitrate: sum(outgoing.map(stat => stat.bitrate)),
    };
  }
}

type Stat = types.ProducerStat | types.ConsumerStat;

/** A consumer's statistics carry those of its producer too; only what leaves for the site counts here. */
async function statsOf(streams: (types.Producer | types.Consumer)[]): Promise<Stat[]> {
  const all = await Promise.all(
    streams
      .filter(stream => !stream.closed && !stream.paused)
      .map(async stream => {
        const wanted = 'producerId' in stream ? 'outbound-rtp' : 'inbound-rtp';
        const stats = (await stream.getStats().catch(() => [])) as Stat[]; // closed in the meantime
        return stats.filter(stat => stat.type === wanted);
      }),
  );
  return all.flat();
}

function countersOf(stat: Stat): Counters {
  return { packets: stat.packetCount, lost: stat.packetsLost };
}

function fractionLost(stats: Stat[], last: Map<number, Counters>): number {
  let packets = 0;
  let lost = 0;
  for (const stat of stats) {
    const before = last.get(stat.ssrc);
    if (!before) continue;
    packets += Math.max(0, stat.packetCount - before.packets);
    lost += Math.max(0, stat.packetsLost - before.lost);
  }
  return packets + lost === 0 ? 0 : lost / (packets + lost);
}

function clockRateOf(stat: Stat): number {
  return stat.kind === 'audio' ? 48_000 : 90_000;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
