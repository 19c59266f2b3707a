import type { Readable } from 'node:stream';
import type { Catalogue } from '../catalogue/catalogue.js';

export interface ResourceRequest {
  recordingId: string;
  /** `index.m3u8`, `download.mp4`, `poster.jpg`, or what the playlist names (`init-1.mp4`, `000001.m4s`). */
  resource: string;
  /** The Range header. */
  range?: string | undefined;
  /** The If-None-Match header. */
  ifNoneMatch?: string | undefined;
  /** The If-Range header: a range of something that changed is answered with the whole. */
  ifRange?: string | undefined;
}

export interface ResourceResponse {
  status: 200 | 206 | 304 | 404 | 416;
  headers: Record<string, string | number>;
  /** Empty for 304, 404, 416. A stream that is not read to its end must be destroyed. */
  body: Buffer | Readable;
}

/** Answers for a path under a recording, so that a route is one line. HEAD: send status and headers, destroy the body. */
export class Responder {
  constructor(private readonly catalogue: Catalogue) {}

  async respond(request: ResourceRequest): Promise<ResourceResponse> {
    void this.catalogue;
    void request;
    return { status: 404, headers: {}, body: Buffer.alloc(0) };
  }
}
