import fs from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { Client, S3Error, type BucketItem } from 'minio';
import { UserError, messageOf } from '../../base/errors.js';
import type { Config } from '../../config/schema.js';
import { isRecordingId } from '../timeline/entry.js';
import { isObjectName } from '../timeline/timeline-parser.js';
import type { Archive, ByteRange, ObjectState } from './archive.js';

/** As in the configuration: `archive.s3`. */
export type S3Options = NonNullable<Config['archive']['s3']>;

/** A server that says nothing for so long is taken for dead; the uploader tries again. */
const silenceLimitMs = 30_000;

/** By S3's error codes: what the operator can do. */
const advices: Record<string, string> = {
  NoSuchBucket: 'Create it there, or correct bucket: Amphi makes no buckets.',
  InvalidAccessKeyId: 'Correct accessKey.',
  SignatureDoesNotMatch: 'Correct secretKey; some servers want another region, too.',
  AuthorizationHeaderMalformed: 'Correct region.',
  AccessDenied: 'Allow this key to list, read, write and delete there.',
  RequestTimeTooSkewed: 'Set the clock of this machine or of that server.',
};

/** A bucket of any S3 server. Object names: PREFIX RECORDING-ID / NAME. */
export class S3Archive implements Archive {
  readonly kind = 's3';
  readonly #client: Client;
  readonly #bucket: string;
  readonly #prefix: string;

  /** @throws UserError when the endpoint is no http(s) address */
  constructor(options: S3Options) {
    const url = parseEndpoint(options.endpoint);
    const secure = url.protocol === 'https:';
    const { request } = secure ? https : http;
    const impatient: typeof request = (...args: unknown[]) => {
      const outgoing = (request as (...args: unknown[]) => http.ClientRequest)(...args);
      outgoing.setTimeout(silenceLimitMs, () => outgoing.destroy(new Error('the S3 server does not answer')));
      return outgoing;
    };
    this.#client = new Client({
      endPoint: url.hostname,
      port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
      useSSL: secure,
      accessKey: options.accessKey,
      secretKey: options.secretKey,
      region: options.region,
      pathStyle: true,
      transport: { request: impatient },
    });
    this.#bucket = options.bucket;
    this.#prefix = options.prefix;
  }

  /** @throws UserError that says what to mend, when the server answers but not for this bucket and these keys */
  async check(): Promise<void> {
    try {
      // Listing, since an answer to it names the reason; HEAD has no body.
      await this.recordings();
    } catch (error) {
      const advice = error instanceof S3Error ? advices[error.code ?? ''] : undefined;
      if (advice === undefined) throw error;
      const message = `archive.s3, bucket "${this.#bucket}": ${messageOf(error).replace(/\.$/, '')}. ${advice}`;
      throw new UserError('bad-config', message, { cause: error });
    }
  }

  async recordings(): Promise<string[]> {
    const found = await this.#list(this.#prefix, false);
    return found
      .map(item => (item.prefix ?? '').slice(this.#prefix.length).replace(/\/$/, ''))
      .filter(isRecordingId);
  }

  async objects(recordingId: string): Promise<Map<string, number>> {
    const folder = this.#key(recordingId, '');
    const objects = new Map<string, number>();
    for (const { name, size } of await this.#list(folder, true)) {
      const short = (name ?? '').slice(folder.length);
      if (isObjectName(short)) objects.set(short, size ?? 0);
    }
    return objects;
  }

  async put(recordingId: string, name: string, localFile: string): Promise<void> {
    const content = await fs.readFile(localFile);
    await this.#client.putObject(this.#bucket, this.#key(recordingId, name), content, content.length);
  }

  async stat(recordingId: string, name: string): Promise<ObjectState | null> {
    try {
      const key = this.#key(recordingId, name);
      const { size, etag, lastModified } = await this.#client.statObject(this.#bucket, key);
      return { bytes: size, version: etag, modifiedMs: lastModified.getTime() };
    } catch (error) {
      if (error instanceof S3Error && (error.code === 'NotFound' || error.code === 'NoSuchKey')) return null;
      throw error;
    }
  }

  async read(recordingId: string, name: string, range?: ByteRange): Promise<Readable> {
    const key = this.#key(recordingId, name);
    if (!range) return this.#client.getObject(this.#bucket, key);
    return this.#client.getPartialObject(this.#bucket, key, range.start, range.end - range.start + 1);
  }

  /** The timeline first: without it a recording that is deleted only in part is none. */
  async delete(recordingId: string): Promise<void> {
    const names = [...(await this.objects(recordingId)).keys()].sort((a, b) => rank(a) - rank(b));
    for (const name of names) await this.#client.removeObject(this.#bucket, this.#key(recordingId, name));
  }

  #key(recordingId: string, name: string): string {
    return `${this.#prefix}${recordingId}/${name}`;
  }

  async #list(prefix: string, recursive: boolean): Promise<BucketItem[]> {
    const items: BucketItem[] = [];
    for await (const item of this.#client.listObjectsV2(this.#bucket, prefix, recursive)) {
      items.push(item as BucketItem);
    }
    return items;
  }
}

function rank(name: string): number {
  return name.endsWith('.jsonl') ? 0 : 1;
}

function parseEndpoint(endpoint: string): URL {
  try {
    const url = new URL(endpoint);
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw new Error('it must begin with http:// or https://');
    return url;
  } catch (cause) {
    throw new UserError('bad-config', `archive.s3.endpoint cannot be used: ${messageOf(cause)}.`, { cause });
  }
}
