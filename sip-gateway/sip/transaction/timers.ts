/** RFC 3261 §17.1.1.1 and table 4, in ms. */
export const timers = {
  /** Estimate of the round trip. */
  t1: 500,
  /** Longest interval between retransmissions of a non-INVITE request or an INVITE response. */
  t2: 4000,
  /** Longest time that a message stays in the network. */
  t4: 5000,
  /** Timers B, F, H, J, L and M. */
  timeout: 64 * 500,
  /** Timer D: how long a retransmitted final response is still acknowledged. */
  d: 32_000,
  /** §17.2.1: when to send 100 if the user has not answered. */
  trying: 200,
} as const;
