/** So long one picture serves all who ask. */
const freshMs = 2_000;
/** The process may crash, or have more to do. */
const withinMs = 2_000;

interface Thumbnail {
  askedMs: number;
  jpeg: Promise<Buffer | null>;
  answer: (jpeg: Buffer | null) => void;
}

/** What was asked of the media process for the eyes of operators: once for all of them, and not often. */
export class Thumbnails {
  readonly #latest = new Map<string, Thumbnail>();

  /** `ask` is called when there is none that is fresh. */
  request(conferenceId: string, ask: () => void, nowMs = performance.now()): Promise<Buffer | null> {
    const latest = this.#latest.get(conferenceId);
    if (latest && nowMs - latest.askedMs < freshMs) return latest.jpeg;
    this.#forgetOld(nowMs);
    let answer: Thumbnail['answer'] = () => undefined;
    const jpeg = new Promise<Buffer | null>(resolve => {
      answer = resolve;
      setTimeout(resolve, withinMs, null).unref();
    });
    this.#latest.set(conferenceId, { askedMs: nowMs, jpeg, answer });
    ask();
    return jpeg;
  }

  /** In base64; null: there is no picture. */
  answer(conferenceId: string, jpeg: string | null): void {
    this.#latest.get(conferenceId)?.answer(jpeg === null ? null : Buffer.from(jpeg, 'base64'));
  }

  #forgetOld(nowMs: number): void {
    for (const [id, { askedMs }] of this.#latest) if (nowMs - askedMs >= freshMs) this.#latest.delete(id);
  }
}
