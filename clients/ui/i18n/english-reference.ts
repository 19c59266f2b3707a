/** Texts around the API's documentation, which itself is in English. */
export const englishReference = {
  'nav.reference': 'API for developers',
  'reference.title': 'API',
  'reference.text':
    'Everything that the pages do, programs can do, too: with an API key from “My account”. Events come over a WebSocket or web-hooks.',
  'reference.search': 'Search',
  'reference.none': 'Nothing fits.',
  'reference.access': 'Permission',
  'reference.name': 'Name',
  'reference.parameters': 'Parameters',
  'reference.body': 'Body of the request',
  'reference.event': 'What is sent',
  'reference.optional': 'optional',
} as const;
