import { ResourceError } from '../base/errors.js';

/** What the server may take to say where a call leads, or what media it has for it. */
export const answerWithinMs = 10_000;

/** Rejects when the signal does: a handler that does not look at it cannot hold the caller up. */
export function withSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () =>
      reject(new ResourceError('sip-answer-timeout', 'no answer in time', { cause: signal.reason }));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
