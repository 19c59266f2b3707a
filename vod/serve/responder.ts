import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { isRecordingId, timelineFile } from '../../recorder/timeline/entry.js';
import type { ByteRange } from '../../recorder/archive/archive.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { RecordingIndex } from '../catalogue/recording-index.js';
import { mediaPlaylist } from '../playlists/media-playlist.js';
import { parseByteRange } from './byte-range.js';
import { Download } from './download.js';

export interface ResourceRequest {
  recordingId: string;
  /**
   * `index.m3u8`, `download.mp4`, `poster.jpg`, `timeline.jsonl`, or what the playlist names (`init-1.mp4`,
   * `000001.m4s`).
   */
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

/** What there is to send, before ranges and conditions. */
interface Resource {
  contentType: string;
  /** Without quotes; equal tags mean equal bytes. */
  tag: string;
  bytes: number;
  /** Listed files never change; for the rest the browser asks again with its tag. */
  immutable: boolean;
  fileName?: string;
  read(range: ByteRange): Promise<Readable | Buffer> | Readable | Buffer;
}

const contentTypes: Record<string, string> = {
  m4s: 'video/mp4',
  mp4: 'video/mp4',
  jpg: 'image/jpeg',
  m3u8: 'application/vnd.apple.mpegurl',
  jsonl: 'application/jsonl',
};
const nothing = Buffer.alloc(0);
/** Headers of long recordings have some MB: a download that is resumed, or read in ranges by a player, finds it made. */
const maxDownloads = 4;

/** Answers for a path under a recording, so that a route is one line. HEAD: send status and headers, destroy the body. */
export class Responder {
  /** By tag; least recently used first. */
  readonly #downloads = new Map<string, Download>();

  constructor(private readonly catalogue: Catalogue) {}

  async respond(request: ResourceRequest): Promise<ResourceResponse> {
    const resource = await this.#find(request.recordingId, request.resource);
    if (!resource) return { status: 404, headers: {}, body: nothing };
    const { bytes } = resource;
    const tag = `"${resource.tag}"`;
    const headers: ResourceResponse['headers'] = {
      etag: tag,
      // Private: whoever may see it is not for a shared cache to know.
      'cache-control': resource.immutable ? 'private, max-age=31536000, immutable' : 'private, no-cache',
      'accept-ranges': 'bytes',
    };
    if (matches(request.ifNoneMatch, tag)) return { status: 304, headers, body: nothing };
    headers['content-type'] = resource.contentType;
    if (resource.fileName !== undefined) headers['content-disposition'] = attachment(resource.fileName);

    const current = request.ifRange === undefined || request.ifRange === tag;
    const range = current ? parseByteRange(request.range, bytes) : undefined;
    if (range === null) {
      return { status: 416, headers: { 'content-range': `bytes */${bytes}` }, body: nothing };
    }
    const { start, end } = range ?? { start: 0, end: bytes - 1 };
    headers['content-length'] = end - start + 1;
    if (range) headers['content-range'] = `bytes ${start}-${end}/${bytes}`;
    const body = bytes === 0 ? nothing : await resource.read({ start, end });
    return { status: range ? 206 : 200, headers, body };
  }

  async #find(recordingId: string, name: string): Promise<Resource | null> {
    if (!isRecordingId(recordingId)) return null;
    const cached = this.catalogue.cachedIndex(recordingId);
    const followed = cached?.files.has(name)
      ? { index: cached, recording: false }
      : await this.catalogue.follow(recordingId);
    if (!followed) return null;
    const { index, recording } = followed;
    if (name === 'index.m3u8') return this.#playlist(index, recording);
    if (name === 'download.mp4') return this.#download(index);
    if (name === timelineFile) return this.#timeline(index);
    const file = index.files.get(name);
    if (!file) return null;
    return {
      contentType: contentTypeOf(name),
      tag: file.sha256.slice(0, 32),
      bytes: file.bytes,
      immutable: true,
      read: range => this.catalogue.read(recordingId, name, range),
    };
  }

  #playlist(index: RecordingIndex, recording: boolean): Resource | null {
    const text = mediaPlaylist(index, recording);
    if (text === null) return null;
    const content = Buffer.from(text);
    return {
      contentType: contentTypeOf('index.m3u8'),
      tag: createHash('sha256').update(content).digest('hex').slice(0, 32),
      bytes: content.length,
      immutable: false,
      read: ({ start, end }) => content.subarray(start, end + 1),
    };
  }

  #download(index: RecordingIndex): Resource | null {
    if (index.segments.length === 0) return null;
    const tag = `${index.segments.length}-${index.segments.at(-1)!.sha256.slice(0, 32)}`;
    const key = `${index.recordingId}/${tag}`;
    const download = this.#downloads.get(key) ?? new Download(this.catalogue, index.recordingId, index);
    this.#downloads.delete(key);
    this.#downloads.set(key, download);
    for (const oldest of this.#downloads.keys()) {
      if (this.#downloads.size <= maxDownloads) break;
      this.#downloads.delete(oldest);
    }
    const { title = '', startedAt = '' } = index.recording ?? {};
    return {
      contentType: contentTypeOf('download.mp4'),
      tag,
      bytes: download.bytes,
      immutable: false,
      fileName: `${title} ${startedAt.slice(0, 16).replace('T', ' ').replace(':', '.')}.mp4`,
      read: range => download.read(range),
    };
  }

  /** The proof that goes with the pictures: see recorder/timeline/chain.ts. */
  #timeline(index: RecordingIndex): Resource {
    const bytes = index.wholeBytes;
    return {
      contentType: contentTypeOf(timelineFile),
      tag: index.chain.slice(0, 32),
      bytes,
      immutable: false,
      read: range => this.catalogue.read(index.recordingId, timelineFile, range),
    };
  }
}

function contentTypeOf(name: string): string {
  return contentTypes[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}

/** RFC 9110 §13.1.2: weak comparison of any in a list. */
function matches(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some(each => each.trim() === '*' || each.trim().replace(/^W\//, '') === tag);
}

/** RFC 6266: a name for old programs, and the true one. */
function attachment(fileName: string): string {
  const plain = fileName.replace(/[^\w .()-]/g, '_');
  const encoded = encodeURIComponent(fileName.replace(/[/\\]/g, '_')).replace(/['()*]/g, escape);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function escape(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
