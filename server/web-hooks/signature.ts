import { createHmac, randomBytes } from 'node:crypto';

const prefix = 'whsec_';

export function newWebHookSecret(): string {
  return prefix + randomBytes(32).toString('base64');
}

/**
 * Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over `ID.TIMESTAMP.BODY`, keyed with what is behind `whsec_`,
 * base64. The receiver computes the same, and refuses time stamps (s since 1970) that are minutes old.
 */
export function signedHeaders(
  secret: string,
  message: { id: string; timestampS: number; body: string },
): Record<string, string> {
  const { id, timestampS, body } = message;
  const key = Buffer.from(secret.slice(prefix.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestampS}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampS),
    'webhook-signature': `v1,${signature}`,
  };
}
