/** Messages of far-end camera control (H.281 §4), the data of H.224's client 1. */

/** What a camera does for as long as a key is held. */
export interface Motion {
  pan?: 'left' | 'right';
  tilt?: 'up' | 'down';
  zoom?: 'in' | 'out';
  focus?: 'in' | 'out';
}

export type H281Message =
  /** It goes on for `timeoutMs` unless CONTINUE comes before that. */
  | { type: 'start'; motion: Motion; timeoutMs: number }
  | { type: 'continue' | 'stop'; motion: Motion }
  | { type: 'selectSource' | 'sourceSwitched'; source: number; mode: number }
  /** 0–15 */
  | { type: 'storePreset' | 'activatePreset'; preset: number };

const startAction = 0x01;
const continueAction = 0x02;
const stopAction = 0x03;
const selectVideoSource = 0x04;
const videoSourceSwitched = 0x05;
const storeAsPreset = 0x06;
const activatePreset = 0x07;

/** The time-out is told in steps of so many ms; 0 stands for 16 steps. */
const timeoutStepMs = 50;
const longestTimeoutSteps = 16;

/** Undefined: shorter than its kind, or of no kind that H.281 knows. Never throws. */
export function parseH281(data: Buffer): H281Message | undefined {
  if (data.length < 2) return undefined;
  const value = data[1]!;
  switch (data[0]) {
    case startAction:
      if (data.length < 3) return undefined;
      return {
        type: 'start',
        motion: motionOf(value),
        timeoutMs: (data[2]! & 0x0f || longestTimeoutSteps) * timeoutStepMs,
      };
    case continueAction:
      return { type: 'continue', motion: motionOf(value) };
    case stopAction:
      return { type: 'stop', motion: motionOf(value) };
    case selectVideoSource:
      return { type: 'selectSource', source: value >> 4, mode: value & 0x03 };
    case videoSourceSwitched:
      return { type: 'sourceSwitched', source: value >> 4, mode: value & 0x03 };
    case storeAsPreset:
      return { type: 'storePreset', preset: value >> 4 };
    case activatePreset:
      return { type: 'activatePreset', preset: value >> 4 };
    default:
      return undefined;
  }
}

export function writeH281(message: H281Message): number[] {
  switch (message.type) {
    case 'start': {
      const steps = Math.min(longestTimeoutSteps, Math.ceil(message.timeoutMs / timeoutStepMs));
      return [startAction, motionBits(message.motion), steps % longestTimeoutSteps];
    }
    case 'continue':
      return [continueAction, motionBits(message.motion)];
    case 'stop':
      return [stopAction, motionBits(message.motion)];
    case 'selectSource':
      return [selectVideoSource, (message.source << 4) | message.mode];
    case 'sourceSwitched':
      return [videoSourceSwitched, (message.source << 4) | message.mode];
    case 'storePreset':
      return [storeAsPreset, message.preset << 4];
    case 'activatePreset':
      return [activatePreset, message.preset << 4];
  }
}

/** Two bits each, from the highest: whether it moves, and which way. */
function motionOf(bits: number): Motion {
  return {
    ...(bits & 0x80 && { pan: bits & 0x40 ? 'right' : 'left' }),
    ...(bits & 0x20 && { tilt: bits & 0x10 ? 'up' : 'down' }),
    ...(bits & 0x08 && { zoom: bits & 0x04 ? 'in' : 'out' }),
    ...(bits & 0x02 && { focus: bits & 0x01 ? 'in' : 'out' }),
  };
}

function motionBits({ pan, tilt, zoom, focus }: Motion): number {
  const pair = (value: string | undefined, set: string) => (value === undefined ? 0 : value === set ? 3 : 2);
  return (pair(pan, 'right') << 6) | (pair(tilt, 'up') << 4) | (pair(zoom, 'in') << 2) | pair(focus, 'in');
}
