import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Scope } from '../../base/scope.js';
import { BaresipControl, type BaresipEvent } from './baresip-control.js';
import { selfSigned } from './certificate.js';
import { freeTcpPort, freeUdpPort, tcpPortOpen } from './ports.js';
import { Program } from './program.js';

export interface BaresipOptions {
  /** Of its calls. Default udp; it answers on udp and tcp, and on tls (one port further) when this is tls. */
  transport?: 'udp' | 'tcp' | 'tls';
  /** As baresip names them, in its order of preference. */
  audioCodecs?: string[];
  /** A steady tone of this frequency is its microphone. Default 440. */
  toneHz?: number;
  /** Offer and take video. Default true. */
  video?: boolean;
  /** An H.264 MP4 that is its camera, played in a loop; without it a still test card (module fakevideo). */
  clip?: string;
  /** The clip's sound is its microphone, instead of the tone. */
  soundOfClip?: boolean;
  /** Of what it sends. Default 1280×720 at 25. */
  picture?: { width: number; height: number; frameRate: number };
  /** bit/s; also its b=AS. Default 1 500 000. */
  videoBitrate?: number;
  /** Offer packetization-mode 0 only, as old rooms do. */
  mode0Only?: boolean;
  /** Its media encryption, as it names the ways. Default none. */
  mediaEncryption?: 'srtp' | 'srtp-mand' | 'dtls_srtp';
  user?: string;
  /** `host:port` of its address, where that is not its own: its registrar. */
  host?: string;
  /** Account parameters as baresip writes them, e.g. `;auth_user=…;auth_pass=…;regint=60;outbound="sip:…"`. */
  account?: string;
  /** Further modules of baresip, for other codecs. */
  modules?: string[];
  /** Take calls by itself. Default true. */
  answers?: boolean;
}

/** Of the current call, since it began. */
export interface StreamStatistics {
  packetsReceived: number;
  packetsLost: number;
  packetsSent: number;
}

export interface VideoStatistics extends StreamStatistics {
  /** Of the picture that it shows now; 0 before the first. */
  width: number;
  height: number;
  framesShown: number;
  keyframes: number;
}

const rtpPortSpan = 60;
const defaultAudioCodecs = ['opus/48000/2', 'G722/16000/1', 'PCMU/8000/1', 'PCMA/8000/1'];

/** A real SIP room without screen or sound card: baresip in a folder of its own, on loopback. */
export class Baresip {
  /** Where it takes calls. */
  readonly uri: string;
  readonly sipPort: number;
  readonly folder: string;
  /** First and last of its media. */
  readonly rtpPorts: readonly [number, number];
  readonly #scope: Scope;
  readonly #program: Program;
  readonly #control: BaresipControl;
  #snapshots = 0;

  private constructor(
    parts: {
      uri: string;
      sipPort: number;
      folder: string;
      rtpPort: number;
      program: Program;
      control: BaresipControl;
    },
    scope: Scope,
  ) {
    this.uri = parts.uri;
    this.sipPort = parts.sipPort;
    this.folder = parts.folder;
    this.rtpPorts = [parts.rtpPort, parts.rtpPort + rtpPortSpan];
    this.#program = parts.program;
    this.#control = parts.control;
    this.#scope = scope;
  }

  /** Resolves when it takes commands and calls. Needs Debian's baresip-core and baresip-ffmpeg. */
  static async start(options: BaresipOptions = {}): Promise<Baresip> {
    let failure: unknown;
    // The ports may be taken between their choice and its start.
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        return await Baresip.#startOnce(options);
      } catch (cause) {
        failure = cause;
      }
    }
    throw failure;
  }

  static async #startOnce(options: BaresipOptions): Promise<Baresip> {
    const scope = new Scope();
    try {
      const folder = await mkdtemp(path.join(os.tmpdir(), 'baresip-'));
      scope.onClose(() => rm(folder, { recursive: true, force: true }));
      const ports = { sip: await freeUdpPort(), control: await freeTcpPort(), rtp: await freeUdpPort() };
      const user = options.user ?? 'room';
      const uri = `sip:${user}@127.0.0.1:${ports.sip + (options.transport === 'tls' ? 1 : 0)}`;
      if (options.transport === 'tls') {
        const { cert, key } = await selfSigned(user);
        await writeFile(path.join(folder, 'room.pem'), key + cert);
      }
      await writeFile(path.join(folder, 'config'), configOf(options, ports, folder));
      await writeFile(path.join(folder, 'accounts'), accountOf(options, user));
      await writeFile(path.join(folder, 'contacts'), '');
      const program = new Program('baresip', ['-f', folder], path.join(folder, 'baresip.log'));
      scope.onClose(() => program.close());
      const gaveUp = new AbortController();
      const timer = setTimeout(() => gaveUp.abort(new Error('baresip opens no control port')), 10_000);
      void program.exited.then(code =>
        gaveUp.abort(new Error(`baresip ended with ${code}: ${program.output()}`)),
      );
      const socket = await tcpPortOpen(ports.control, gaveUp.signal);
      clearTimeout(timer);
      const control = scope.own(new BaresipControl(socket));
      await control.command('about');
      return new Baresip({ uri, sipPort: ports.sip, rtpPort: ports.rtp, folder, program, control }, scope);
    } catch (cause) {
      await scope.close();
      throw cause;
    }
  }

  get pid(): number {
    return this.#program.pid;
  }

  /** All events since the start. */
  get events(): readonly BaresipEvent[] {
    return this.#control.events;
  }

  /** What it printed, for messages of failed tests. */
  log(lastBytes?: number): string {
    return this.#program.output(lastBytes);
  }

  /** Any of baresip's long commands (`help` lists them). */
  command(name: string, parameters?: string): Promise<string> {
    return this.#control.command(name, parameters);
  }

  /** Resolves when the call is up; rejects with the peer's reason (`404 Not Found`) when it is refused. */
  async dial(uri: string, timeoutMs = 15_000): Promise<void> {
    const from = this.events.length;
    await this.command('dial', uri);
    const event = await this.#control
      .event(({ type }) => type === 'CALL_ESTABLISHED' || type === 'CALL_CLOSED', timeoutMs, from)
      .catch(async (cause: unknown) => {
        await this.command('hangup').catch(() => 'it may be gone');
        throw cause;
      });
    if (event.type === 'CALL_CLOSED') throw new Error(event.param ?? 'closed');
  }

  async hangup(timeoutMs = 5000): Promise<void> {
    const from = this.events.length;
    await this.command('hangup');
    await this.waitFor('CALL_CLOSED', timeoutMs, from);
  }

  async hold(): Promise<void> {
    await this.command('hold');
  }

  async resume(): Promise<void> {
    await this.command('resume');
  }

  /** The first event of this type from place `from` of `events` on (default: since the start). */
  waitFor(type: string, timeoutMs = 15_000, from = 0): Promise<BaresipEvent> {
    return this.#control.event(event => event.type === type, timeoutMs, from);
  }

  /** Writes the picture that it now receives as PNG. Rejects when none came within `timeoutMs`. */
  async snapshot(file: string, timeoutMs = 5000): Promise<void> {
    const raw = path.join(this.folder, `received-${++this.#snapshots}`);
    await this.command('snapshot_recv', raw);
    await wholePng(raw, timeoutMs);
    await copyFile(raw, file);
    await rm(raw);
  }

  /**
   * WAV files of what it heard, one for each call, the newest last. Their headers say the length only after the
   * call. It stops writing at the first hold (baresip 1.0 drops the filter): after that, count packets.
   */
  async receivedAudio(): Promise<string[]> {
    const names = await readdir(this.folder);
    return names
      .filter(name => /^dump-.*-dec\.wav$/.test(name))
      .sort()
      .map(name => path.join(this.folder, name));
  }

  async audioStatistics(): Promise<StreamStatistics> {
    return streamStatistics(await this.audioDebug());
  }

  async videoStatistics(): Promise<VideoStatistics> {
    const text = await this.videoDebug();
    const [, width, height, frames] = /vidisp: \S+ (\d+) x (\d+) frames=(\d+)/.exec(text) ?? [];
    const keyframes = /n_keyframes=(\d+)/.exec(text)?.[1];
    return {
      ...streamStatistics(text),
      width: Number(width ?? 0),
      height: Number(height ?? 0),
      framesShown: Number(frames ?? 0),
      keyframes: Number(keyframes ?? 0),
    };
  }

  /** Text as baresip prints it: durations, bit rates, losses of the current call. */
  callStat(): Promise<string> {
    return this.command('callstat');
  }

  videoDebug(): Promise<string> {
    return this.command('video_debug');
  }

  audioDebug(): Promise<string> {
    return this.command('audio_debug');
  }

  /** Dies without a word to anybody, as a room does when its power fails. */
  async kill(): Promise<void> {
    this.#program.kill('SIGKILL');
    await this.#program.exited;
  }

  /** Ends it (with BYE for a call that is up) and removes its folder. */
  close(): Promise<void> {
    return this.#scope.close();
  }
}

function streamStatistics(debug: string): StreamStatistics {
  const sum = (pattern: RegExp): number =>
    [...debug.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
  return {
    packetsReceived: sum(/rcvd=(\d+)/g),
    packetsLost: sum(/lost=(-?\d+)/g),
    packetsSent: sum(/TX: packets=(\d+)/g),
  };
}

/** It writes at the next frame, in a thread, without saying when it is done: a PNG is whole with its last chunk, IEND. */
async function wholePng(file: string, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    if (bytes.length > 20 && bytes.toString('latin1', bytes.length - 8, bytes.length - 4) === 'IEND') return;
    if (Date.now() > deadline) throw new Error(`baresip received no picture within ${timeoutMs} ms`);
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}

function accountOf(options: BaresipOptions, user: string): string {
  const parts = [
    `<sip:${user}@${options.host ?? '127.0.0.1'};transport=${options.transport ?? 'udp'}>`,
    ...(options.account?.includes('regint=') ? [] : ['regint=0']),
    `answermode=${options.answers === false ? 'manual' : 'auto'}`,
    `audio_codecs=${(options.audioCodecs ?? defaultAudioCodecs).join(',')}`,
    // Named, it offers mode 0 only; unnamed, both.
    ...(options.mode0Only ? ['video_codecs=H264'] : []),
    ...(options.mediaEncryption ? [`mediaenc=${options.mediaEncryption}`] : []),
  ];
  return `${parts.join(';')}${options.account ?? ''}\n`;
}

function configOf(
  options: BaresipOptions,
  ports: { sip: number; control: number; rtp: number },
  folder: string,
): string {
  const picture = options.picture ?? { width: 1280, height: 720, frameRate: 25 };
  const video = options.video ?? true;
  const modules = [
    'g711.so',
    'g722.so',
    'opus.so',
    'ausine.so',
    'aufile.so',
    ...(video ? ['avcodec.so', 'fakevideo.so', 'snapshot.so'] : []),
    ...(options.clip ? ['avformat.so'] : []),
    'sndfile.so',
    'srtp.so',
    ...(options.mediaEncryption === 'dtls_srtp' ? ['dtls_srtp.so'] : []),
    'ctrl_tcp.so',
    'debug_cmd.so',
    ...(options.modules ?? []),
  ];
  return [
    'poll_method epoll',
    'statmode_default off',
    `sip_listen 127.0.0.1:${ports.sip}`,
    ...(options.transport === 'tls' ? [`sip_certificate ${path.join(folder, 'room.pem')}`] : []),
    'net_interface 127.0.0.1',
    'audio_player aufile,/dev/null',
    options.soundOfClip && options.clip
      ? `audio_source avformat,${options.clip}`
      : `audio_source ausine,${options.toneHz ?? 440}`,
    'audio_alert aufile,/dev/null',
    // The tone is made at 48 kHz stereo only.
    'ausrc_srate 48000',
    'auplay_srate 48000',
    'ausrc_channels 2',
    'auplay_channels 2',
    ...(video
      ? [
          options.clip ? `video_source avformat,${options.clip}` : 'video_source fakevideo,nil',
          'video_display fakevideo,nil',
          `video_size ${picture.width}x${picture.height}`,
          `video_bitrate ${options.videoBitrate ?? 1_500_000}`,
          `video_fps ${picture.frameRate.toFixed(2)}`,
          'avcodec_h264enc libx264',
          'avcodec_h264dec h264',
        ]
      : []),
    `rtp_ports ${ports.rtp}-${ports.rtp + rtpPortSpan}`,
    ...(options.mediaEncryption === 'dtls_srtp' ? ['rtcp_mux yes'] : []),
    'module_path /usr/lib/baresip/modules',
    ...modules.map(name => `module ${name}`),
    'module_tmp uuid.so',
    'module_tmp account.so',
    'module_app menu.so',
    `ctrl_tcp_listen 127.0.0.1:${ports.control}`,
    `snd_path ${folder}`,
    '',
  ].join('\n');
}
