import Type from 'typebox';
import { closed, type Operation } from './operation.js';

export const SipBan = Type.Object(
  {
    source: Type.String({ description: 'IPv4 address, or the first address of an IPv6 network of 64 bits' }),
    reason: Type.Enum(['login', 'number', 'malformed', 'flood', 'scanner'], {
      description:
        'What filled the measure: wrong passwords, numbers that are not there, no SIP, too much, a scanner',
    }),
    since: Type.String({ description: 'RFC 3339' }),
    until: Type.String({ description: 'RFC 3339' }),
    times: Type.Integer({ description: 'Bans that it has had; each is twice as long as the one before' }),
    dropped: Type.Integer({ description: 'Messages since this ban began' }),
  },
  closed,
);

/** Addresses that SIP does not answer. */
export const banOperations = {
  listSipBans: {
    method: 'GET',
    path: '/sip/bans',
    access: 'system:read',
    summary: 'Addresses that are not answered, because they guessed, scanned or flooded',
    result: Type.Array(SipBan),
  },
  liftSipBan: {
    method: 'DELETE',
    path: '/sip/bans/:source',
    access: 'endpoint:manage',
    object: 'installation',
    summary: 'Answers this address again, as if nothing had been',
    params: Type.Object({ source: Type.String({ pattern: '^[0-9A-Fa-f.:]{2,45}$' }) }, closed),
  },
} as const satisfies Record<string, Operation>;
