import { formatCsv } from '../../base/csv.js';
import type { CallLogEntry } from '../api/call-log-operations.js';

export type CsvLanguage = 'zh' | 'en';

/** Each column: what it is called, and its cell. Times are UTC. */
const columns: [zh: string, en: string, (call: CallLogEntry, language: CsvLanguage) => string][] = [
  ['序号', 'number', call => String(call.sequence)],
  ['主叫', 'from', call => call.from],
  ['被叫', 'to', call => call.to],
  ['会场', 'site', call => call.name],
  ['会议', 'conference', call => call.title],
  ['会议号', 'conference number', call => call.number],
  ['方向', 'direction', (call, language) => words[call.direction][language]],
  ['接入方式', 'way in', (call, language) => words[call.way][language]],
  ['开始(UTC)', 'began (UTC)', call => call.beganAt],
  ['接通(UTC)', 'answered (UTC)', call => call.answeredAt ?? ''],
  ['结束(UTC)', 'ended (UTC)', call => call.endedAt ?? ''],
  ['时长(秒)', 'duration (s)', call => figure(call.durationS)],
  ['音频编码', 'audio codec', call => call.audioCodec ?? ''],
  ['视频编码', 'video codec', call => call.videoCodec ?? ''],
  ['分辨率', 'resolution', call => (call.width === null ? '' : `${call.width}x${call.height}`)],
  ['平均丢包(%)', 'mean loss (%)', call => percent(call.quality.fractionLost)],
  ['最大丢包(%)', 'worst loss (%)', call => percent(call.quality.fractionLostMax)],
  ['最大抖动(毫秒)', 'worst jitter (ms)', call => figure(call.quality.jitterMaxMs)],
  ['往返时延(毫秒)', 'round trip (ms)', call => figure(call.quality.roundTripMs)],
  ['质量', 'quality', ({ quality }, language) => (quality.verdict ? words[quality.verdict][language] : '')],
  ['结果', 'result', (call, language) => words[call.result][language]],
  ['结束原因', 'reason of end', ({ reason }, language) => reason?.inWords[language] ?? ''],
  ['信令说明', 'said in signalling', ({ reason }) => reason?.detail ?? ''],
  ['设备', 'product', call => call.userAgent],
  ['设备地址', 'address', call => call.remoteAddress],
];

export const words = {
  incoming: { zh: '呼入', en: 'incoming' },
  outgoing: { zh: '呼出', en: 'outgoing' },
  browser: { zh: '浏览器', en: 'browser' },
  link: { zh: '链接', en: 'link' },
  sip: { zh: 'SIP 终端', en: 'SIP' },
  good: { zh: '良好', en: 'good' },
  fair: { zh: '一般', en: 'fair' },
  poor: { zh: '较差', en: 'poor' },
  running: { zh: '通话中', en: 'in progress' },
  completed: { zh: '已完成', en: 'completed' },
  lost: { zh: '中断', en: 'cut off' },
  unanswered: { zh: '未接通', en: 'not answered' },
  refused: { zh: '被拒绝', en: 'refused' },
} as const;

/** With a byte order mark: without it, spreadsheets in Chinese read UTF-8 as GBK. */
export function callCsvHeader(language: CsvLanguage): string {
  return `\ufeff${formatCsv([columns.map(([zh, en]) => (language === 'zh' ? zh : en))])}`;
}

export function callCsvLine(call: CallLogEntry, language: CsvLanguage): string {
  return formatCsv([columns.map(([, , cell]) => cell(call, language))]);
}

function figure(value: number | null): string {
  return value === null ? '' : String(value);
}

function percent(fraction: number | null): string {
  return fraction === null ? '' : (fraction * 100).toFixed(2);
}
