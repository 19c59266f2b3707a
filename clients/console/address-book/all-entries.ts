import type { AddressEntry } from '../../../server/api/address-book-operations.js';
import { call } from '../../rest/client.js';

/** Whose entries there are; null: of the whole installation. */
export type Place = Awaited<ReturnType<typeof call<'listAddressBook'>>>['institutions'][number];

/** Of the resource. */
const pageSize = 500;

/** Page by page. `group` null: the whole book. @throws RestError */
export async function allEntries(group: string | null): Promise<AddressEntry[]> {
  const found: AddressEntry[] = [];
  for (;;) {
    const query = { offset: found.length, limit: pageSize, ...(group !== null && { group }) };
    const { entries, total } = await call('listAddressBook', { query });
    found.push(...entries);
    if (entries.length === 0 || found.length >= total) return found;
  }
}

/** Lines of a text field, each once. */
export function linesOf(text: string): string[] {
  return [...new Set(text.split('\n').map(line => line.trim()))].filter(line => line !== '');
}
