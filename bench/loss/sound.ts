import { Scope } from '../../base/scope.js';
import { sampleRate } from '../../sfu/mixing/audio/sound-format.js';
import { Tone } from '../../sfu/mixing/audio/tone.js';
import { goertzel } from '../../testing/judge/tones.js';
import { BadNetwork } from '../../testing/peers/bad-network.js';
import type { NetworkConditions } from '../../testing/peers/network-link.js';
import { freeUdpPorts } from '../../testing/peers/ports.js';
import { codecs, SyntheticRoom } from '../../testing/synthetic/synthetic-room.js';
import { TestConference } from '../../testing/synthetic/test-conference.js';
import { sleep } from '../process-cpu.js';

const hz = 440;
const blockMs = 20;
const warmUpMs = 7_000;
/** Of the usual block: below, the tone is gone. A concealed packet has most of it. */
const gapLevel = 0.25;

export interface Gaps {
  /** Of the time, 0–1. */
  share: number;
  longestMs: number;
}

/** When a room's steady tone is not heard. */
export function gapsOf(samples: Float32Array, sampleRate: number, toneHz = hz): Gaps {
  const length = Math.round((sampleRate * blockMs) / 1000);
  const levels: number[] = [];
  for (let at = 0; at + length <= samples.length; at += length)
    levels.push(goertzel(samples.subarray(at, at + length), toneHz / sampleRate));
  const usual = [...levels].sort((a, b) => a - b)[Math.floor(levels.length * 0.9)] ?? 0;
  if (usual < 0.001) return { share: 1, longestMs: levels.length * blockMs };
  let [silent, run, longest] = [0, 0, 0];
  for (const level of levels) {
    run = level < usual * gapLevel ? run + 1 : 0;
    if (run > 0) silent++;
    longest = Math.max(longest, run);
  }
  return { share: silent / levels.length, longestMs: longest * blockMs };
}

/** A room's G.711 over the bad network to the MCU, whose mix another hears over a perfect one. */
export async function runSound(network: NetworkConditions, seconds: number, seed: number): Promise<Gaps> {
  const scope = new Scope();
  try {
    const { mixer, plan, conferenceId } = scope.own(new TestConference('loss-sound'));
    const talker = scope.own(await SyntheticRoom.open(codecs.PCMA, new Tone(hz)));
    const listener = scope.own(await SyntheticRoom.open(codecs.PCMA, null));
    const [talkPort, listenPort] = (await freeUdpPorts(2)) as [number, number];
    const links = BadNetwork.links({ toFar: network, toNear: network }, seed);
    const talking = talker.session('talker', talkPort, 11);
    const relay = scope.own(await BadNetwork.open(talking.remote.port, talkPort, links));
    talking.remote = { address: '127.0.0.1', port: relay.farPort, rtcpPort: relay.farPort };
    plan.sessions.push(talking, listener.session('listener', listenPort, 12));
    plan.sources.push({ siteId: 'talker', name: 'talker', audio: 'talker' });
    plan.outputs.push({ id: 'listener', audio: { session: 'listener' } });
    mixer.setPlan({ ...plan, conferenceId });
    talker.talk(relay.nearPort);
    for (const deadline = performance.now() + 15_000; performance.now() < deadline;) {
      if (listener.heard.length > 20) break;
      await sleep(50);
    }
    await sleep(warmUpMs);
    listener.heard.length = 0;
    await sleep(seconds * 1000);
    const pcm = listener.heard.flatMap(piece => [...piece]);
    return gapsOf(
      Float32Array.from(pcm, value => value / 32768),
      sampleRate,
    );
  } finally {
    await scope.close();
  }
}
