/** A PIN as the server takes it, or none. */
export function isPinOrNone(digits: string): boolean {
  return /^(\d{4,12})?$/.test(digits.trim());
}
