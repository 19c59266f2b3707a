import { createHash } from 'node:crypto';
import type { AuditQuery, AuditRecord, AuditRecords } from '../store/audit-records.js';

export type Act = Pick<AuditRecord, 'actorId' | 'actorName' | 'source' | 'action' | 'object' | 'result'> & {
  detail?: Record<string, unknown>;
};

export interface Verification {
  /** Records looked at. */
  records: number;
  /** The last one: compare it with what was noted elsewhere, which no one with the database can change. */
  headSequence: number;
  headHash: string;
  /** Of the first record that does not fit the one before; null: the chain is whole. */
  brokenAt: number | null;
}

const pageSize = 1_000;
const maxText = 512;

/**
 * Who did what, when, from where, on what and with which result. Each record carries SHA-256 over the record before
 * and itself, so that a change, a gap or a deletion in the middle shows. Whoever can write the database could make
 * the whole chain anew: therefore the head goes into the log each hour and with each export.
 */
export class AuditLog {
  constructor(
    private readonly records: AuditRecords,
    private readonly now: () => number = Date.now,
  ) {}

  append(act: Act): void {
    const last = this.records.last();
    const record = {
      sequence: last.sequence + 1,
      at: new Date(this.now()).toISOString(),
      actorId: act.actorId,
      actorName: act.actorName.slice(0, maxText),
      source: act.source,
      action: act.action,
      object: act.object.slice(0, maxText),
      result: act.result,
      detail: JSON.stringify(act.detail ?? {}),
    };
    this.records.insert({ ...record, hash: hashOf(last.hash, record) });
  }

  find(query: AuditQuery): AuditRecord[] {
    return this.records.find(query);
  }

  /** All records, page by page; none is held longer than it takes to pass it on. */
  *all(query: Omit<AuditQuery, 'afterSequence' | 'limit'>): Generator<AuditRecord> {
    let afterSequence = 0;
    for (;;) {
      const page = this.records.find({ ...query, afterSequence, limit: pageSize });
      yield* page;
      if (page.length < pageSize) return;
      afterSequence = page.at(-1)!.sequence;
    }
  }

  verify(): Verification {
    let { sequence, hash } = this.records.seal();
    let records = 0;
    for (const record of this.all({ from: '', until: '9999' })) {
      const fits = record.sequence === sequence + 1 && record.hash === hashOf(hash, record);
      if (!fits) return { records, headSequence: sequence, headHash: hash, brokenAt: record.sequence };
      ({ sequence, hash } = record);
      records++;
    }
    return { records, headSequence: sequence, headHash: hash, brokenAt: null };
  }

  get head(): { sequence: number; hash: string } {
    return this.records.last();
  }

  /** Deletes what is older than `keepMs` and notes that; the chain stays verifiable from there. */
  retain(keepMs: number): number {
    const end = this.records.lastBefore(new Date(this.now() - keepMs).toISOString());
    if (!end || end.sequence <= this.records.seal().sequence) return 0;
    // Noted first: the chain is never empty, and its sequence goes on.
    this.append({
      actorId: null,
      actorName: 'server',
      source: '',
      action: 'audit-retention',
      object: `audit:1-${end.sequence}`,
      result: 'ok',
      detail: { sealedHash: end.hash },
    });
    return this.records.deleteUpTo(end);
  }
}

/** An array in fixed order as JSON: one text for one record, whatever wrote it. */
function hashOf(previousHash: string, record: Omit<AuditRecord, 'hash'>): string {
  const { sequence, at, actorId, actorName, source, action, object, result, detail } = record;
  const canonical = [previousHash, sequence, at, actorId, actorName, source, action, object, result, detail];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}

/** RFC 4180; a cell that a spreadsheet would take for a formula gets a quote before it. */
export function csvLine(record: AuditRecord): string {
  const { sequence, at, actorId, actorName, source, action, object, result, detail, hash } = record;
  return [sequence, at, actorId ?? '', actorName, source, action, object, result, detail, hash]
    .map(String)
    .map(cell => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell))
    .map(cell => `"${cell.replaceAll('"', '""')}"`)
    .join(',');
}

export const csvHeader = 'sequence,at,actorId,actorName,source,action,object,result,detail,hash';
