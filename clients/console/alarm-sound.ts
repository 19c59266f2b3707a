import { effect, signal } from '@preact/signals';
import { recall, remember } from '../ui/remembered.js';

/** Whether a new alarm is heard. */
export const soundOn = signal(recall('alarm-sound') !== 'off');

effect(() => remember('alarm-sound', soundOn.value ? null : 'off'));

let context: AudioContext | undefined;

/** Two short tones, the second higher. Browsers hold sound back until the page has been clicked once. */
export function soundAlarm(): void {
  if (!soundOn.peek()) return;
  context ??= new AudioContext();
  if (context.state === 'suspended') void context.resume();
  const startS = context.currentTime + 0.02;
  tone(context, 660, startS);
  tone(context, 880, startS + 0.18);
}

function tone(audio: AudioContext, hz: number, atS: number): void {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.frequency.value = hz;
  // Without a soft edge a tone clicks.
  gain.gain.setValueAtTime(0, atS);
  gain.gain.linearRampToValueAtTime(0.15, atS + 0.01);
  gain.gain.setValueAtTime(0.15, atS + 0.13);
  gain.gain.linearRampToValueAtTime(0, atS + 0.15);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(atS);
  oscillator.stop(atS + 0.16);
}
