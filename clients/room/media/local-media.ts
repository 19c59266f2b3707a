import { batch, signal, type Signal } from '@preact/signals';
import { recall, remember } from '../../ui/remembered.js';

export type DeviceKind = 'camera' | 'microphone';

/** Why there is no picture or sound of our own; each has its own advice. */
export type DeviceProblem =
  | 'insecure' // not HTTPS: browsers hide cameras there
  | 'denied' // by the person or by the system
  | 'missing' // nothing of that kind is connected
  | 'busy' // another program has it
  | 'failed';

/** Told once, when it happens. */
export type DeviceIncident =
  | { type: 'unplugged'; kind: DeviceKind; label: string; replacedBy?: string }
  | { type: 'problem'; kind: DeviceKind; problem: DeviceProblem }
  | { type: 'content-ended' }
  | { type: 'content-taken' };

interface Input {
  /** Live while the device is in use; null when off, muted for good, or without device. */
  track: Signal<MediaStreamTrack | null>;
  /** What the person wants; it may be on without a track, while there is a problem. */
  on: Signal<boolean>;
  problem: Signal<DeviceProblem | null>;
  devices: Signal<MediaDeviceInfo[]>;
  /** '' is the system's choice. */
  chosenId: Signal<string>;
}

const baseConstraints: Record<DeviceKind, MediaTrackConstraints> = {
  camera: {
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30, max: 30 },
  },
  microphone: {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    channelCount: 1,
  },
};
const contentConstraints: DisplayMediaStreamOptions = {
  video: { frameRate: { ideal: 30, max: 30 } },
  audio: false,
};

/**
 * Camera, microphone and screen of this browser, and which of them is on. A camera that is off is released, so that
 * its light goes out; a muted microphone is kept, so that unmuting takes no time.
 */
export class LocalMedia {
  readonly camera = newInput('camera');
  readonly microphone = newInput('microphone');
  readonly content = signal<MediaStreamTrack | null>(null);
  readonly loudspeakers = signal<MediaDeviceInfo[]>([]);
  readonly loudspeakerId = signal(recall('loudspeaker') ?? '');
  onIncident: (incident: DeviceIncident) => void = () => undefined;
  readonly #opening = new Map<DeviceKind, Promise<void>>();
  #closed = false;

  get canShareScreen(): boolean {
    return typeof navigator.mediaDevices?.getDisplayMedia === 'function';
  }

  /** Asks for what is wanted, together: one question of the browser instead of two. */
  async start(): Promise<void> {
    navigator.mediaDevices?.addEventListener('devicechange', this.#onDeviceChange);
    const wanted = (['camera', 'microphone'] as const).filter(kind => this[kind].on.value);
    const both = wanted.length === 2 ? await this.#openBoth() : false;
    if (!both) await Promise.all(wanted.map(kind => this.#open(kind)));
    await this.#listDevices();
  }

  /** After the person has changed a permission or plugged something in. */
  async retry(kind: DeviceKind): Promise<void> {
    this[kind].on.value = true;
    await this.#open(kind);
    await this.#listDevices();
  }

  async setOn(kind: DeviceKind, on: boolean): Promise<void> {
    const input = this[kind];
    input.on.value = on;
    remember(kind, on ? null : 'off');
    const { value: track } = input.track;
    if (!on && kind === 'camera') {
      track?.stop();
      input.track.value = null;
      return;
    }
    if (track) track.enabled = on;
    else if (on) {
      await this.#open(kind);
      await this.#listDevices();
      if (input.problem.value) this.onIncident({ type: 'problem', kind, problem: input.problem.value });
    }
  }

  async choose(kind: DeviceKind, deviceId: string): Promise<void> {
    const input = this[kind];
    input.chosenId.value = deviceId;
    remember(`${kind}.device`, deviceId);
    if (!input.on.value && kind === 'camera') return;
    if (kind === 'camera') input.track.value?.stop(); // some systems open a camera only once
    await this.#open(kind);
    if (input.problem.value) this.onIncident({ type: 'problem', kind, problem: input.problem.value });
  }

  chooseLoudspeaker(deviceId: string): void {
    this.loudspeakerId.value = deviceId;
    remember('loudspeaker', deviceId);
  }

  /** `cancelled`: the person has closed the chooser; `refused`: the system does not let the browser. */
  async shareScreen(): Promise<'shared' | 'cancelled' | 'refused'> {
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia(contentConstraints);
      const track = stream.getVideoTracks()[0];
      if (!track || this.#closed) return 'cancelled';
      track.contentHint = 'detail';
      track.onended = () => {
        if (this.content.value !== track) return;
        this.content.value = null;
        this.onIncident({ type: 'content-ended' });
      };
      this.stopSharing();
      this.content.value = track;
      return 'shared';
    } catch (error) {
      // Both are a NotAllowedError; only the message tells them apart, where it does.
      const bySystem = error instanceof DOMException && /system|platform/i.test(error.message);
      return bySystem ? 'refused' : 'cancelled';
    }
  }

  /** Another site presents now. */
  contentTaken(): void {
    if (!this.content.value) return;
    this.stopSharing();
    this.onIncident({ type: 'content-taken' });
  }

  stopSharing(): void {
    this.content.value?.stop();
    this.content.value = null;
  }

  close(): void {
    this.#closed = true;
    navigator.mediaDevices?.removeEventListener('devicechange', this.#onDeviceChange);
    this.stopSharing();
    for (const kind of ['camera', 'microphone'] as const) {
      this[kind].track.value?.stop();
      this[kind].track.value = null;
    }
  }

  async #openBoth(): Promise<boolean> {
    if (!navigator.mediaDevices) return false;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        video: this.#constraints('camera'),
        audio: this.#constraints('microphone'),
      });
      for (const track of stream.getTracks()) {
        this.#adopt(track.kind === 'video' ? 'camera' : 'microphone', track);
      }
      return true;
    } catch {
      return false; // one by one tells which of them is the problem
    }
  }

  /** One opening of a kind at a time: a second caller gets what the person wants by then. */
  async #open(kind: DeviceKind): Promise<void> {
    const before = this.#opening.get(kind);
    const opening = (before ?? Promise.resolve()).then(() => this.#openNow(kind));
    this.#opening.set(kind, opening);
    await opening;
    if (this.#opening.get(kind) === opening) this.#opening.delete(kind);
  }

  async #openNow(kind: DeviceKind): Promise<void> {
    const input = this[kind];
    if (!navigator.mediaDevices) {
      input.problem.value = 'insecure';
      return;
    }
    try {
      this.#adopt(kind, await this.#openTrack(kind));
    } catch (error) {
      input.track.value?.stop();
      batch(() => {
        input.track.value = null;
        input.problem.value = problemOf(error);
      });
    }
  }

  async #openTrack(kind: DeviceKind): Promise<MediaStreamTrack> {
    const open = async (constraints: MediaTrackConstraints) => {
      const stream = await navigator.mediaDevices.getUserMedia(
        kind === 'camera' ? { video: constraints } : { audio: constraints },
      );
      return stream.getTracks()[0]!;
    };
    try {
      return await open(this.#constraints(kind));
    } catch (error) {
      const gone = problemOf(error) === 'missing' && this[kind].chosenId.value !== '';
      // What was chosen once is not connected now: the system's choice is better than nothing.
      if (gone) return open(baseConstraints[kind]);
      throw error;
    }
  }

  #constraints(kind: DeviceKind): MediaTrackConstraints {
    const { value: deviceId } = this[kind].chosenId;
    return deviceId ? { ...baseConstraints[kind], deviceId: { exact: deviceId } } : baseConstraints[kind];
  }

  #adopt(kind: DeviceKind, track: MediaStreamTrack): void {
    const input = this[kind];
    if (this.#closed || (kind === 'camera' && !input.on.value)) return track.stop();
    track.enabled = input.on.value;
    track.contentHint = kind === 'camera' ? 'motion' : 'speech';
    track.onended = () => void this.#unplugged(kind, track);
    const { value: previous } = input.track;
    batch(() => {
      input.track.value = track;
      input.problem.value = null;
    });
    previous?.stop();
  }

  async #unplugged(kind: DeviceKind, track: MediaStreamTrack): Promise<void> {
    const input = this[kind];
    if (input.track.value !== track || this.#closed) return;
    input.track.value = null;
    await this.#listDevices();
    // Without a microphone one is not heard: take another at once. A camera is chosen by the person.
    if (kind === 'microphone' && input.devices.value.length > 0) {
      input.chosenId.value = '';
      await this.#open(kind);
    } else if (kind === 'camera') {
      batch(() => {
        input.on.value = false;
        input.problem.value = 'missing';
      });
    } else input.problem.value = 'missing';
    this.onIncident({
      type: 'unplugged',
      kind,
      label: track.label,
      ...labelOf(input.track.value),
    });
  }

  readonly #onDeviceChange = (): void => {
    void this.#listDevices().then(async () => {
      const { microphone } = this;
      // Plugged in again: nobody should have to ask why they are not heard.
      if (microphone.on.value && !microphone.track.value && microphone.devices.value.length > 0) {
        await this.#open('microphone');
      }
    });
  };

  async #listDevices(): Promise<void> {
    if (!navigator.mediaDevices) return;
    const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    // Before permission is given they have neither id nor label, and cannot be chosen.
    const known = (kind: MediaDeviceKind) =>
      devices.filter(device => device.kind === kind && device.deviceId);
    batch(() => {
      this.camera.devices.value = known('videoinput');
      this.microphone.devices.value = known('audioinput');
      this.loudspeakers.value = known('audiooutput');
    });
  }
}

function newInput(kind: DeviceKind): Input {
  return {
    track: signal<MediaStreamTrack | null>(null),
    on: signal(recall(kind) !== 'off'),
    problem: signal<DeviceProblem | null>(null),
    devices: signal<MediaDeviceInfo[]>([]),
    chosenId: signal(recall(`${kind}.device`) ?? ''),
  };
}

function labelOf(replacement: MediaStreamTrack | null): { replacedBy?: string } {
  return replacement ? { replacedBy: replacement.label } : {};
}

/** The names are those of the Media Capture specification, §10.3. */
function problemOf(error: unknown): DeviceProblem {
  const name = error instanceof DOMException || error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  return 'failed';
}
