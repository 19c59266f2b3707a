/** Sound inside the mixer: mono, 16 bits, 48 kHz, mixed 20 ms at a time. Codecs convert at the edges. */
export const sampleRate = 48_000;
export const tickMs = 20;
export const tickSamples = (sampleRate / 1000) * tickMs;
