import { createClient } from '../sdk/client.js';

export { RestError } from '../sdk/client.js';

/** The API of the server that this page is of, with the cookie of its session. */
export const { call } = createClient();
