import type { AccessUnit } from './messages.js';
import type { PacketSink, VideoFanOut } from './video-fan-out.js';

/** Pictures that a session may send: an encoder's, or another session's that are passed on. */
export interface PictureFeed {
  kind: 'composed' | 'passed';
  fanOut: VideoFanOut;
  /** Differs when pictures of the one cannot follow those of the other within a session. */
  format: string;
  /** False: not from this keyframe on. */
  accepts?: (unit: AccessUnit) => boolean;
}

interface Joined extends PictureFeed {
  begun: boolean;
  wanted: boolean;
}

/**
 * What one session sends. It goes over to another feed at that feed's first keyframe, and is sent the old one until
 * then: no gap, and nothing that cannot be decoded. While a feed is passed on, no encoder is waited for.
 */
export class Outgoing {
  #joined: Joined[] = [];

  constructor(
    private readonly sink: PacketSink,
    private readonly changed: (feed: PictureFeed) => void,
  ) {}

  /** Whose pictures are sent now. */
  get current(): PictureFeed | undefined {
    return this.#joined.find(({ begun }) => begun);
  }

  /** Returns the feeds that are waited for from now on, and need a keyframe. */
  want(feeds: readonly PictureFeed[]): PictureFeed[] {
    const isPassing = this.#joined.some(
      ({ begun, kind, fanOut }) => begun && kind === 'passed' && feeds.some(feed => feed.fanOut === fanOut),
    );
    const wanted = feeds.filter(({ kind }) => !isPassing || kind === 'passed');
    for (const joined of this.#joined) {
      joined.wanted = wanted.some(({ fanOut }) => fanOut === joined.fanOut);
      const canFollow = wanted.some(({ format }) => format === joined.format);
      if (!joined.wanted && (!joined.begun || !canFollow)) this.#leave(joined);
    }
    const added = wanted.filter(({ fanOut }) => this.#joined.every(joined => joined.fanOut !== fanOut));
    for (const feed of added) this.#join(feed);
    return added;
  }

  close(): void {
    for (const joined of this.#joined) this.#leave(joined);
  }

  #join(feed: PictureFeed): void {
    const joined: Joined = { ...feed, begun: false, wanted: true };
    this.#joined.push(joined);
    feed.fanOut.add(this.sink, {
      ...(feed.accepts && { accepts: feed.accepts }),
      begins: () => this.#onBegin(joined),
    });
  }

  #onBegin(joined: Joined): void {
    joined.begun = true;
    for (const other of this.#joined) {
      const stillWaitedFor = other.wanted && !other.begun && other.kind === 'passed';
      if (other !== joined && !stillWaitedFor) this.#leave(other);
    }
    this.changed(joined);
  }

  #leave(joined: Joined): void {
    joined.fanOut.delete(this.sink);
    this.#joined = this.#joined.filter(other => other !== joined);
  }
}
