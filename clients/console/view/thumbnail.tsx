/** What a conference, or one site of it, looks like. */
export function Thumbnail(_props: { conferenceId: string; siteId?: string }) {
  return <span class="thumbnail" />;
}
