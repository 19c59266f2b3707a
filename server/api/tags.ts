/** Groups of operations in the documentation, in its order: the first whose pattern fits the path (without prefix). */
export const tags: readonly { name: string; description: string; paths: RegExp }[] = [
  { name: 'Members and links', description: 'Who may do what in one conference', paths: /^\/conferences\/[^/]+\/(members|links)|^\/invitations/ },
  { name: 'Schedule', description: 'Planned conferences, templates, mail', paths: /\/(schedule|schedule-check|calendar|free-busy|extension|check|mail|template|templates|repetition)(\/|$)/ },
  { name: 'Views', description: 'Who sees what', paths: /\/(views?|layouts|broadcast|watch|chosen|graph)$/ },
  { name: 'Calls', description: 'Rooms that are called, and calls of now and of late', paths: /\/(calls|call-records|usage|report)(\/|$)/ },
  { name: 'Sites', description: 'Who is in a conference', paths: /\/(sites|statistics)(\/|$)/ },
  { name: 'Recordings', description: 'Made, kept, played', paths: /\/recordings?(\/|$)/ },
  { name: 'Conferences', description: 'From the first word to the last', paths: /^\/conferences/ },
  { name: 'Devices', description: 'Accounts of rooms, address book, trunks, bans', paths: /^\/(sip|sip-accounts|address-book|address-book-export|address-book-import)(\/|$)/ },
  { name: 'Own account', description: 'Signing in, password, authenticator, keys', paths: /^\/(session|account)(\/|$)/ },
  { name: 'People', description: 'Users, groups, institutions', paths: /^\/(users|groups|institutions)(\/|$)/ },
  { name: 'Audit', description: 'Who did what', paths: /^\/audit/ },
  { name: 'Web-hooks', description: 'Events by POST', paths: /^\/webhooks/ },
  { name: 'Operation', description: 'Of the installation', paths: /^/ },
]; // prettier-ignore

/** Of what the server sends by itself. */
export const eventTag = {
  name: 'Events',
  description: 'Over the WebSocket /api/v1/events, and to web-hooks',
};

export function tagOf(path: string): string {
  return tags.find(({ paths }) => paths.test(path))!.name;
}
