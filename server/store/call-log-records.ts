import type { CallResult, EndReason } from '../statistics/end-reasons.js';
import type { StayMedia, StayQuality } from '../statistics/stay-quality.js';
import type { Database } from './database.js';

/** By which way a site came: signed in on a page, through a link alone, or as a room that speaks SIP. */
export type WayIn = 'browser' | 'link' | 'sip';

/** One call: a site's stay in a conference, or a call that led into none. */
export interface CallLogRecord {
  /** Grows. */
  sequence: number;
  /** null: it led into no conference. */
  conferenceId: string | null;
  /** As the conference was then; empty without. */
  title: string;
  number: string;
  /** The conference's; null: of the whole installation. */
  institutionId: string | null;
  siteId: string | null;
  /** Of the SIP call. */
  callId: string | null;
  way: WayIn;
  direction: 'incoming' | 'outgoing';
  name: string;
  /** Of a room; empty for a browser. */
  remoteUri: string;
  remoteAddress: string;
  userAgent: string;
  /** What was dialled, without a PIN. */
  dialled: string;
  /** RFC 3339, UTC, ms. */
  beganAt: string;
  /** null: nobody answered. */
  answeredAt: string | null;
  /** null: it stands. */
  endedAt: string | null;
  /** When it was last known to stand. */
  seenAt: string;
  result: CallResult;
  reason: EndReason | null;
  /** SIP status that a call of ours was refused with. */
  status: number | null;
  /** What the signalling said at the end, in English. */
  detail: string;
  media: StayMedia;
  quality: StayQuality;
}

export interface CallLogQuery {
  /** RFC 3339: those that began in this time; `until` excluded. */
  from: string;
  until: string;
  conferenceId?: string | undefined;
  /** Part of a number, an address, a name or a title. */
  search?: string | undefined;
  way?: WayIn | undefined;
  direction?: 'incoming' | 'outgoing' | undefined;
  result?: CallResult | undefined;
  /** Whose; null: all. */
  institutionIds: readonly string[] | null;
  /** Only those with a smaller sequence. */
  before: number;
  limit: number;
}

const fields = {
  sequence: 'sequence',
  conferenceId: 'conference_id',
  title: 'title',
  number: 'number',
  institutionId: 'institution_id',
  siteId: 'site_id',
  callId: 'call_id',
  way: 'way',
  direction: 'direction',
  name: 'name',
  remoteUri: 'remote_uri',
  remoteAddress: 'remote_address',
  userAgent: 'user_agent',
  dialled: 'dialled',
  beganAt: 'began_at',
  answeredAt: 'answered_at',
  endedAt: 'ended_at',
  seenAt: 'seen_at',
  result: 'result',
  reason: 'reason',
  status: 'status',
  detail: 'detail',
  media: 'media',
  quality: 'quality',
} as const satisfies Record<keyof CallLogRecord, string>;

const columns = Object.entries(fields)
  .map(([name, column]) => `${column} AS "${name}"`)
  .join(', ');
const written = Object.keys(fields).filter(name => name !== 'sequence') as (keyof CallLogRecord)[];

/** Calls that stand and those that are over, as long as the rule keeps them. */
export class CallLogRecords {
  constructor(private readonly database: Database) {}

  /** @returns its sequence number */
  insert(record: Omit<CallLogRecord, 'sequence'>): number {
    const names = written.map(name => fields[name]).join(', ');
    const values = written.map(name => `@${name}`).join(', ');
    return this.database
      .prepare(`INSERT INTO call_log (${names}) VALUES (${values}) RETURNING sequence`)
      .pluck()
      .get(toRow(record)) as number;
  }

  /** All of them or none. */
  update(records: readonly CallLogRecord[]): void {
    const sets = written.map(name => `${fields[name]} = @${name}`).join(', ');
    const update = this.database.prepare(`UPDATE call_log SET ${sets} WHERE sequence = @sequence`);
    this.database.transaction(() => {
      for (const record of records) update.run({ ...toRow(record), sequence: record.sequence });
    })();
  }

  /** All of them or none. */
  insertAll(records: readonly Omit<CallLogRecord, 'sequence'>[]): void {
    this.database.transaction(() => records.forEach(record => this.insert(record)))();
  }

  /** Those that stand, or stood when the server was last there. */
  standing(): CallLogRecord[] {
    return this.#all('WHERE ended_at IS NULL ORDER BY sequence', {});
  }

  /** Newest first. */
  find({ institutionIds, search, ...query }: CallLogQuery): CallLogRecord[] {
    const { conferenceId = null, way = null, direction = null, result = null, ...rest } = query;
    const pattern = search === undefined ? null : `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`;
    return this.#all(
      `WHERE sequence < @before AND began_at >= @from AND began_at < @until
         AND (@conferenceId IS NULL OR conference_id = @conferenceId)
         AND (@way IS NULL OR way = @way) AND (@direction IS NULL OR direction = @direction)
         AND (@result IS NULL OR result = @result)
         AND (@pattern IS NULL OR name LIKE @pattern ESCAPE '\\' OR remote_uri LIKE @pattern ESCAPE '\\'
           OR dialled LIKE @pattern ESCAPE '\\' OR number LIKE @pattern ESCAPE '\\'
           OR title LIKE @pattern ESCAPE '\\')
         AND (@institutions IS NULL OR institution_id IN (SELECT value FROM json_each(@institutions)))
       ORDER BY sequence DESC LIMIT @limit`,
      {
        ...{ conferenceId, way, direction, result, pattern, ...rest },
        institutions: institutionIds && JSON.stringify(institutionIds),
      },
    );
  }

  /** Stays in one conference that touched this time, in the order of coming. */
  during(conferenceId: string, from: string, until: string): CallLogRecord[] {
    return this.#all(
      `WHERE conference_id = @conferenceId AND began_at < @until AND coalesce(ended_at, '9999') >= @from
       ORDER BY began_at, sequence`,
      { conferenceId, from, until },
    );
  }

  /** Stays in conferences that touched this time. */
  overlapping(from: string, until: string, institutionIds: readonly string[] | null): CallLogRecord[] {
    return this.#all(
      `WHERE conference_id IS NOT NULL AND began_at < @until AND coalesce(ended_at, '9999') >= @from
         AND (@institutions IS NULL OR institution_id IN (SELECT value FROM json_each(@institutions)))`,
      { from, until, institutions: institutionIds && JSON.stringify(institutionIds) },
    );
  }

  /** Those that began before, and of calls that led nowhere all but the newest `maxNowhere`. @returns so many */
  deleteOld(before: string, maxNowhere: number): number {
    return this.database
      .prepare(
        `DELETE FROM call_log WHERE ended_at IS NOT NULL AND (began_at < @before OR
           (conference_id IS NULL AND sequence <= coalesce((SELECT sequence FROM call_log
             WHERE conference_id IS NULL ORDER BY sequence DESC LIMIT 1 OFFSET @maxNowhere), 0)))`,
      )
      .run({ before, maxNowhere }).changes;
  }

  #all(rest: string, parameters: Record<string, unknown>): CallLogRecord[] {
    const rows = this.database.prepare(`SELECT ${columns} FROM call_log ${rest}`).all(parameters);
    return (rows as Row[]).map(row => ({
      ...row,
      media: JSON.parse(row.media) as StayMedia,
      quality: JSON.parse(row.quality) as StayQuality,
    }));
  }
}

type Row = Omit<CallLogRecord, 'media' | 'quality'> & { media: string; quality: string };

function toRow<T extends Omit<CallLogRecord, 'sequence'>>({ media, quality, ...rest }: T) {
  return { ...rest, media: JSON.stringify(media), quality: JSON.stringify(quality) };
}
