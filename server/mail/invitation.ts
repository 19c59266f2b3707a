import { DateTime } from 'luxon';
import type { Schedule } from '../api/schedule.js';
import type { MailKind } from '../conferences/schedule/scheduler.js';
import type { Occurrence } from '../conferences/schedule/occurrences.js';

/** How the conference is joined. */
export interface Ways {
  link: string;
  sipAddress: string;
  number: string;
  pin: string | null;
  /** To dial in from any telephone; null: there is none. */
  phone: string | null;
}

export interface Letter {
  subject: string;
  text: string;
  html: string;
}

const words = {
  en: {
    invitation: 'Invitation',
    update: 'Changed',
    cancellation: 'Cancelled',
    reminder: 'Reminder',
    lead: {
      invitation: 'You are invited to a video conference.',
      update: 'The video conference has changed. This is how it is now.',
      cancellation: 'The video conference does not take place.',
      reminder: 'The video conference begins soon.',
    },
    when: 'When',
    repeats: 'Repeats',
    join: 'Join in the browser',
    room: 'From a video room, dial',
    number: 'Conference number',
    pin: 'PIN',
    phone: 'By telephone',
    then: (digits: string) => `then ${digits}`,
  },
  zh: {
    invitation: '会议邀请',
    update: '会议变更',
    cancellation: '会议取消',
    reminder: '会议提醒',
    lead: {
      invitation: '您被邀请参加视频会议。',
      update: '视频会议有变更，请以本邮件为准。',
      cancellation: '视频会议已取消。',
      reminder: '视频会议即将开始。',
    },
    when: '时间',
    repeats: '重复',
    join: '浏览器入会',
    room: '会议室终端呼叫',
    number: '会议号',
    pin: '会议密码',
    phone: '电话入会',
    then: (digits: string) => `接通后输入 ${digits}`,
  },
} as const;

/** What the mail says, as text and as HTML, in the language of the invitation. */
export function letterOf(
  kind: MailKind,
  title: string,
  schedule: Schedule,
  ways: Ways,
  occurrence: Occurrence | undefined,
): Letter {
  const say = words[schedule.language];
  const digits = ways.pin === null ? `${ways.number}#` : `${ways.number}*${ways.pin}#`;
  const rows: [string, string][] = [
    [say.when, timeOf(schedule, occurrence)],
    ...(schedule.rrule === null ? [] : [[say.repeats, schedule.rrule] as [string, string]]),
  ];
  if (kind !== 'cancellation') {
    rows.push([say.join, ways.link], [say.room, ways.sipAddress], [say.number, ways.number]);
    if (ways.pin !== null) rows.push([say.pin, ways.pin]);
    if (ways.phone !== null) rows.push([say.phone, `${ways.phone}, ${say.then(digits)}`]);
  }
  const cell = (value: string) =>
    value === ways.link ? `<a href="${escape(value)}">${escape(value)}</a>` : escape(value);
  return {
    subject: `${say[kind]}: ${title}`,
    text: [title, say.lead[kind], '', ...rows.map(([name, value]) => `${name}: ${value}`), ''].join('\n'),
    html: [
      `<!doctype html><html lang="${schedule.language}"><body style="font-family:sans-serif">`,
      `<h1 style="font-size:1.3em">${escape(title)}</h1><p>${say.lead[kind]}</p><table>`,
      ...rows.map(
        ([name, value]) => `<tr><th align="left" valign="top">${name}</th><td>${cell(value)}</td></tr>`,
      ),
      '</table></body></html>',
    ].join('\n'),
  };
}

function timeOf(schedule: Schedule, occurrence: Occurrence | undefined): string {
  const zone = { zone: schedule.timeZone };
  const begins = DateTime.fromISO(occurrence?.beginsAt ?? schedule.begins, zone).setZone(schedule.timeZone);
  const ends = begins.plus({ minutes: schedule.minutes });
  const locale = schedule.language === 'zh' ? 'zh-CN' : 'en-GB';
  const day = begins.setLocale(locale).toLocaleString(DateTime.DATE_HUGE);
  return `${day} ${begins.toFormat('HH:mm')}–${ends.toFormat('HH:mm')} (${schedule.timeZone})`;
}

function escape(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, character => entities[character]!);
}
