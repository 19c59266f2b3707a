import nodemailer, { type SendMailOptions, type Transporter } from 'nodemailer';
import { messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { ConferenceRecord } from '../store/conference-records.js';
import type { MailRecord, MailRecords } from '../store/mail-records.js';
import { newId } from '../identity/secrets.js';
import type { Announcement } from '../conferences/schedule/scheduler.js';
import { calendarOf } from './calendar.js';
import { letterOf, type Ways } from './invitation.js';

export interface MailerOptions {
  host: string;
  port: number;
  /** TLS from the first byte; else STARTTLS where the server has it. */
  secure: boolean;
  requireTls: boolean;
  rejectUnauthorized: boolean;
  user: string | null;
  password: string | null;
  from: { name: string; email: string };
}

const firstRetryMs = 30_000;
const longestRetryMs = 3_600_000;
/** Two days and more. */
const maxAttempts = 60;
const keptMs = 90 * 24 * 3_600_000;
const tickMs = 1_000;
const atOnce = 5;

/**
 * Writes invitations and sends them. A mail is in the store before anybody tries to send it, and stays there with what
 * became of it; while the mail server is away it is tried again, less and less often.
 */
export class Mailer {
  readonly #transport: Transporter;
  #timer: NodeJS.Timeout | undefined;
  #sending = false;

  constructor(
    private readonly records: MailRecords,
    private readonly options: MailerOptions,
    private readonly waysOf: (record: ConferenceRecord) => Ways,
    private readonly log: Log,
    private readonly now: () => number = Date.now,
  ) {
    const { host, port, secure, requireTls, rejectUnauthorized, user, password } = options;
    this.#transport = nodemailer.createTransport({
      ...{ host, port, secure, requireTLS: requireTls, tls: { rejectUnauthorized } },
      ...(user !== null && { auth: { user, pass: password ?? '' } }),
      pool: true,
      maxConnections: 2,
      connectionTimeout: 10_000,
      socketTimeout: 30_000,
      // Nothing of what a user wrote is read from a file or from the network.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  start(): void {
    this.records.deleteBefore(new Date(this.now() - keptMs).toISOString());
    this.#timer = setInterval(() => void this.flush(), tickMs);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#transport.close();
  }

  /** Into the queue; who has no e-mail address is left out. */
  announce({ kind, record, schedule, sequence, occurrence, to }: Announcement): void {
    const ways = this.waysOf(record);
    const { subject, text, html } = letterOf(kind, record.title, schedule, ways, occurrence);
    const { from } = this.options;
    for (const party of to) {
      if (party.email === undefined) continue;
      const calendar = calendarOf({
        ...{ conferenceId: record.conferenceId, title: record.title, schedule, sequence, to: party },
        cancelled: kind === 'cancellation',
        organiser: from,
        description: text,
        url: ways.link,
      });
      const method = kind === 'cancellation' ? 'CANCEL' : 'REQUEST';
      const message: SendMailOptions = {
        from: { name: from.name, address: from.email },
        to: { name: party.name, address: party.email },
        ...{ subject, text, html },
        ...(kind !== 'reminder' && { icalEvent: { method, filename: 'invite.ics', content: calendar } }),
      };
      const at = new Date(this.now()).toISOString();
      this.records.insert({
        ...{ mailId: newId(), conferenceId: record.conferenceId, kind, recipient: party.email },
        ...{ message: JSON.stringify(message), state: 'waiting', attempts: 0, nextTryAt: at, problem: null },
        createdAt: at,
      });
    }
  }

  /** Sends what is due. */
  async flush(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (;;) {
        const due = this.records.due(new Date(this.now()).toISOString(), atOnce);
        if (due.length === 0) return;
        await Promise.all(due.map(mail => this.#send(mail)));
      }
    } finally {
      this.#sending = false;
    }
  }

  async #send(mail: MailRecord): Promise<void> {
    const attempts = mail.attempts + 1;
    const { mailId, conferenceId } = mail;
    try {
      await this.#transport.sendMail(JSON.parse(mail.message) as SendMailOptions);
      this.records.update({ mailId, state: 'sent', attempts, nextTryAt: mail.nextTryAt, problem: null });
    } catch (error) {
      const problem = messageOf(error).slice(0, 500);
      const state = isRefused(error) || attempts >= maxAttempts ? 'failed' : 'waiting';
      const waitMs = Math.min(firstRetryMs * 2 ** mail.attempts, longestRetryMs);
      const nextTryAt = new Date(this.now() + waitMs).toISOString();
      this.records.update({ mailId, state, attempts, nextTryAt, problem });
      this.log.warn({ mailId, conferenceId, attempts, problem, state }, 'mail not sent');
    }
  }
}

/** The server will never take it (RFC 5321 §4.2.1: 5yz); a wrong password is the operator's to put right. */
function isRefused(error: unknown): boolean {
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  return responseCode !== undefined && responseCode >= 500 && code !== 'EAUTH';
}
