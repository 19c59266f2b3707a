import { signal, type ReadonlySignal, type Signal } from '@preact/signals';

/** How often the picture of a conference changes, when there are few of them. */
const everyMs = 4_000;
/** Of the time, so much is left to everything else on a slow line. */
const pauseRatio = 2;
const leastPauseMs = 200;
const timeoutMs = 15_000;

/**
 * What is seen in the conferences that are on the screen: small JPEGs, one after the other and never two at a time,
 * so that they never stand in the way of what the operator does. While the page is hidden, none.
 */
export class Thumbnails {
  readonly #pictures = new Map<string, Signal<string | null>>();
  readonly #observer: IntersectionObserver;
  readonly #inSight = new Map<Element, string>();
  readonly #closing = new AbortController();
  #last = '';

  constructor() {
    this.#observer = new IntersectionObserver(entries => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) this.#inSight.set(target, (target as HTMLElement).dataset['conference'] ?? '');
        else this.#inSight.delete(target);
      }
    });
    void this.#run();
  }

  /** URL of the latest one; null: none is composed, or none has come yet. */
  picture(conferenceId: string): ReadonlySignal<string | null> {
    return this.#signalOf(conferenceId);
  }

  /** While it is in sight, its picture is fetched; it says of which conference by `data-conference`. */
  watch(element: Element): () => void {
    this.#observer.observe(element);
    return () => {
      this.#observer.unobserve(element);
      this.#inSight.delete(element);
    };
  }

  close(): void {
    this.#closing.abort();
    this.#observer.disconnect();
    for (const picture of this.#pictures.values()) show(picture, null);
  }

  async #run(): Promise<void> {
    const { signal: closed } = this.#closing;
    while (!closed.aborted) {
      const ids = [...new Set(this.#inSight.values())].sort();
      const next = ids.find(id => id > this.#last) ?? ids[0];
      const beganMs = performance.now();
      if (next !== undefined && !document.hidden) {
        this.#last = next;
        show(this.#signalOf(next), await fetchPicture(next, closed));
      }
      const tookMs = performance.now() - beganMs;
      await pause(Math.max(leastPauseMs, tookMs * pauseRatio, everyMs / Math.max(1, ids.length) - tookMs));
    }
  }

  #signalOf(conferenceId: string): Signal<string | null> {
    let picture = this.#pictures.get(conferenceId);
    if (!picture) this.#pictures.set(conferenceId, (picture = signal(null)));
    return picture;
  }
}

/** Null when there is none; the console's own line tells when the server cannot be reached. */
async function fetchPicture(conferenceId: string, closed: AbortSignal): Promise<Blob | null> {
  try {
    const response = await fetch(`/api/v1/conferences/${encodeURIComponent(conferenceId)}/thumbnail`, {
      signal: AbortSignal.any([closed, AbortSignal.timeout(timeoutMs)]),
    });
    return response.status === 200 ? await response.blob() : null;
  } catch {
    return null;
  }
}

function show(picture: Signal<string | null>, blob: Blob | null): void {
  const old = picture.peek();
  picture.value = blob && URL.createObjectURL(blob);
  if (old !== null) URL.revokeObjectURL(old);
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
