/** What the page's address says about the conference. */
export type Destination =
  | { by: 'link'; link: string }
  /** The person types number and PIN; the number may be given. */
  | { by: 'number'; number: string };

/** Understands `/join/LINK` and `/join?number=NUMBER`. */
export function destinationOf(pathname: string, search: string): Destination {
  const link = /^\/join\/([^/]+)\/?$/.exec(pathname)?.[1];
  if (link !== undefined) return { by: 'link', link: decodeLeniently(link) };
  const number = new URLSearchParams(search).get('number') ?? '';
  return { by: 'number', number: /^\d{1,32}$/.test(number) ? number : '' };
}

function decodeLeniently(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
