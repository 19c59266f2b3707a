import type { CallEnd } from '../../sip-gateway/call/call.js';

export const callResults = ['running', 'completed', 'lost', 'unanswered', 'refused'] as const;
export type CallResult = (typeof callResults)[number];

export interface InBoth {
  zh: string;
  en: string;
}

/** Why a call is over: what it counts as, and how people are told. */
export const endReasons = {
  left: { result: 'completed', zh: '对方自行离开', en: 'hung up at the other end' },
  removed: { result: 'completed', zh: '被操作员移出', en: 'taken out of the conference' },
  moved: { result: 'completed', zh: '转到另一会议', en: 'moved to another conference' },
  'conference-ended': { result: 'completed', zh: '会议结束', en: 'the conference was ended' },
  'server-stopping': { result: 'completed', zh: '服务器停止', en: 'the server was stopped' },
  'hung-up': { result: 'completed', zh: '由本系统挂断', en: 'hung up by this system' },
  'network-lost': { result: 'lost', zh: '网络中断', en: 'its network was lost' },
  'no-media': { result: 'lost', zh: '没有收到媒体流', en: 'no media could be agreed on or came' },
  'not-back': { result: 'lost', zh: '服务器中断后未恢复', en: 'did not come back after the server failed' },
  'no-answer': { result: 'unanswered', zh: '无人接听', en: 'nobody answered' },
  cancelled: { result: 'unanswered', zh: '接听前取消', en: 'given up before it was answered' },
  refused: { result: 'refused', zh: '被拒绝', en: 'refused' },
} as const satisfies Record<string, { result: CallResult } & InBoth>;
export type EndReason = keyof typeof endReasons;

/** With the SIP status (RFC 3261 §21) of a call of ours that was refused. */
export function reasonInWords(reason: EndReason, status: number | null): InBoth {
  const { zh, en } = endReasons[reason];
  return status === null ? { zh, en } : { zh: `${zh}(SIP ${status})`, en: `${en} (SIP ${status})` };
}

/** Of a call whose end was no one's decision in a conference. */
export function reasonOfCall({ by, cause }: CallEnd, wasEstablished: boolean): EndReason {
  if (cause === 'lost') return 'network-lost';
  if (cause !== 'hangup') return cause;
  if (!wasEstablished) return 'cancelled';
  return by === 'remote' ? 'left' : 'hung-up';
}
