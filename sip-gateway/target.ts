import type { CallTarget } from './call/call.js';
import type { SipUri } from './sip/message/uri.js';
import type { Protocol } from './sip/transport/transport.js';

export function isEncrypted(protocol: Protocol | undefined): boolean {
  return protocol === 'TLS' || protocol === 'WSS';
}

export function targetOf(uri: SipUri): CallTarget {
  const parameters = Object.fromEntries([...uri.parameters].map(([name, value]) => [name, value ?? '']));
  return { user: uri.user, host: uri.host, parameters };
}
