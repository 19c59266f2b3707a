import type { CallHistory } from '../../sip-gateway/trace/call-history.js';
import type { MediaWatch, StreamKind, StreamTraffic } from './media-watch.js';
import { diagnose, type CallFacts, type Finding } from './rules.js';
import { fill, findings, streamNames } from './texts.js';

export interface ToldFinding extends Finding {
  severity: 'fault' | 'warning' | 'note';
  what: { zh: string; en: string };
  advice: { zh: string; en: string };
}

export interface Diagnosis {
  /** Most important first; never empty. */
  findings: ToldFinding[];
  /** What they were concluded from. */
  streams: Partial<Record<StreamKind, StreamTraffic>>;
}

/** Answers, in words, why there is no picture in a call, or no sound. */
export class CallDiagnosis {
  constructor(
    private readonly sources: {
      history: CallHistory;
      watch: MediaWatch;
      mediaEncryption: CallFacts['mediaEncryption'];
      /** Undefined: it is no site of a conference now. */
      siteOf: (callId: string) => CallFacts['site'];
    },
  ) {}

  /** Undefined when there is no such call. */
  of(callId: string): Diagnosis | undefined {
    const { history, watch, mediaEncryption, siteOf } = this.sources;
    const record = history.find(callId);
    if (!record) return undefined;
    const media = watch.of(callId);
    const found = diagnose({ record, media, mediaEncryption, site: siteOf(callId) });
    return { findings: found.map(told).sort(bySeverity), streams: media?.streams ?? {} };
  }
}

const rank = { fault: 0, warning: 1, note: 2 };

/** What does not work comes before what works badly; else the order stays. */
function bySeverity(a: ToldFinding, b: ToldFinding): number {
  return rank[a.severity] - rank[b.severity];
}

export function told(finding: Finding): ToldFinding {
  const { severity, zh, en } = findings[finding.code];
  const inLanguage = (language: 'zh' | 'en', part: 'what' | 'advice') =>
    fill((language === 'zh' ? zh : en)[part], {
      ...(finding.stream !== 'call' && { stream: streamNames[finding.stream][language] }),
      ...finding.parameters,
    });
  const both = (part: 'what' | 'advice') => ({ zh: inLanguage('zh', part), en: inLanguage('en', part) });
  return { ...finding, severity, what: both('what'), advice: both('advice') };
}
