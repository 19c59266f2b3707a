/** Which recording the page's address names: `/recordings/ID`; null for the list. */
export function recordingIdOf(pathname: string): string | null {
  const id = /^\/recordings\/([^/]+)\/?$/.exec(pathname)?.[1];
  if (id === undefined) return null;
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

export const addressOfRecording = (recordingId: string): string =>
  `/recordings/${encodeURIComponent(recordingId)}`;
