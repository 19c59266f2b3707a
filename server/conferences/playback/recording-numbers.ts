import { randomInt, timingSafeEqual } from 'node:crypto';
import { UserError } from '../../../base/errors.js';
import type { Catalogue } from '../../../vod/catalogue/catalogue.js';
import type { RecordingNumber, RecordingNumberRecords } from '../../store/recording-number-records.js';

/** As long as a conference's: guessing one takes years at the allowed rate. */
const numberDigits = 9;

/** The numbers under which rooms dial recordings. */
export class RecordingNumbers {
  constructor(
    private readonly records: RecordingNumberRecords,
    private readonly catalogue: Pick<Catalogue, 'get'>,
    /** A conference or an account is called by it. */
    private readonly isTakenElsewhere: (number: string) => boolean,
  ) {}

  of(recordingId: string): RecordingNumber | undefined {
    return this.records.find('recording_id', recordingId);
  }

  /** All of them, by the recording. */
  all(): Map<string, RecordingNumber> {
    return new Map(this.records.list().map(record => [record.recordingId, record]));
  }

  /**
   * Without `number` it keeps the one that it has, or gets one that nobody can guess.
   *
   * @throws UserError `not-found`, `still-recording`, `number-taken`
   */
  async give(recordingId: string, wish: { number?: string; pin?: string }): Promise<RecordingNumber> {
    const recording = await this.catalogue.get(recordingId);
    if (!recording) throw new UserError('not-found', 'There is no such recording.');
    if (recording.state === 'recording')
      throw new UserError('still-recording', 'The recording is still running: stop it first.');
    const number = wish.number ?? this.of(recordingId)?.number ?? this.#freeNumber();
    const owner = this.records.find('number', number);
    if ((owner && owner.recordingId !== recordingId) || this.isTakenElsewhere(number))
      throw new UserError('number-taken', `The number ${number} leads somewhere else. Choose another.`);
    const record = { recordingId, number, pin: wish.pin ?? null };
    this.records.set(record);
    return record;
  }

  /** @returns whether there was one */
  take(recordingId: string): boolean {
    return this.records.delete(recordingId);
  }

  /** What was dialled: `NUMBER`, or `NUMBER*PIN` where the recording has one. */
  dialled(user: string): RecordingNumber | 'wrong-pin' | undefined {
    const [number = '', pin = ''] = user.split('*');
    const record = this.records.find('number', number);
    if (!record) return undefined;
    return equal(record.pin ?? '', pin) ? record : 'wrong-pin';
  }

  isNumber(number: string): boolean {
    return this.records.find('number', number) !== undefined;
  }

  /** Whether there is such a recording, and it has a PIN. */
  hasPin(number: string): boolean {
    return (this.records.find('number', number)?.pin ?? null) !== null;
  }

  #freeNumber(): string {
    for (;;) {
      const number = String(randomInt(10 ** (numberDigits - 1), 10 ** numberDigits));
      if (!this.isNumber(number) && !this.isTakenElsewhere(number)) return number;
    }
  }
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
