import t, { type Test } from 'tap';
import type { ConferenceRecord } from '../../store/conference-records.js';
import { Dialogue, idleMs, type Screen } from './dialogue.js';

const conference = (number: string, pin: string | null): ConferenceRecord => ({
  ...{ conferenceId: number, title: `Title ${number}`, number, pin, chairPin: null, link: '', createdAt: '' },
});
const open = conference('12345', null);
const closed = conference('777', '4711');

function visit(t: Test, rights: { list?: boolean; create?: boolean } = {}) {
  const screens: Screen[] = [];
  const events: string[] = [];
  const dialogue = new Dialogue({
    find: (number, pin) => {
      const record = [open, closed].find(candidate => candidate.number === number);
      if (!record) return undefined;
      return (record.pin ?? '') === pin ? record : 'wrong-pin';
    },
    running: () => (rights.list ? [closed, open] : null),
    mayCreate: rights.create ?? false,
    create: pin => conference('900', pin),
    show: screen => screens.push(screen),
    enter: (record, isNew) => events.push(`enter ${record.number} ${record.pin ?? ''} ${isNew}`),
    hangup: reason => events.push(`hangup ${reason}`),
  });
  t.teardown(() => dialogue.close());
  dialogue.begin();
  return {
    ...{ dialogue, screens, events },
    press: (digits: string) => [...digits].forEach(digit => dialogue.press(digit)),
    seen: () => screens.at(-1)!.lines.join('\n'),
    heard: () => screens.at(-1)!.prompts,
  };
}

void t.test('a number, and the PIN where there is one', async t => {
  const guest = visit(t);
  t.match(guest.seen(), /请输入会议号[^]*Conference number/);
  t.same(guest.heard(), ['number'], 'nothing of what this caller may not do');
  guest.press('99*12345#');
  t.same(guest.events, ['enter 12345  false']);
  guest.press('1#');
  t.equal(guest.events.length, 1, 'keys are the conference’s now');

  const member = visit(t);
  member.press('777#');
  t.same(member.heard(), ['pin']);
  member.press('471');
  t.match(member.seen(), /> ●●●\n/);
  t.notMatch(member.seen(), /471/);
  member.press('1#');
  t.same(member.events, ['enter 777 4711 false']);
});

void t.test('three wrong tries end the call, and it is said why', async t => {
  const guest = visit(t);
  guest.press('555#');
  t.match(guest.seen(), /没有会议 555[^]*no conference 555[^]*Tries left: 2/);
  t.same(guest.heard(), ['wrong-number']);
  guest.press('777#0000#');
  t.match(guest.seen(), /密码错误[^]*Tries left: 1/);
  guest.press('1111#');
  t.match(guest.events, [/^hangup 错误次数过多.*Too many wrong tries/]);
  t.same(guest.heard(), ['goodbye']);
  guest.press('4711#');
  t.equal(guest.events.length, 1);
});

void t.test('* takes back what was typed, then the step', async t => {
  const guest = visit(t);
  guest.press('777#12*');
  t.match(guest.seen(), /密码[^]*> \n/);
  guest.press('*');
  t.match(guest.seen(), /会议号/);
  guest.press('1'.repeat(40));
  t.match(guest.seen(), /> 1{12}\n?$/, 'no endless line');
});

void t.test('who may chooses from what runs, or creates a conference', async t => {
  const room = visit(t, { list: true, create: true });
  t.same(room.heard(), ['number', 'list', 'create']);
  room.press('#');
  t.match(room.seen(), /1 {3}Title 777\n2 {3}Title 12345/);
  room.press('1');
  t.same(room.heard(), ['pin'], 'a PIN is asked for all the same');
  room.press('*#9');
  t.match(room.seen(), /Title 777/, 'there is no ninth');
  room.press('2');
  t.same(room.events, ['enter 12345  false']);

  const creator = visit(t, { create: true });
  creator.press('0#123#');
  t.same(creator.heard(), ['new-pin'], 'too short');
  creator.press('123456#');
  t.same(creator.events, ['enter 900 123456 true']);

  const guest = visit(t);
  guest.press('#');
  t.same(guest.heard(), ['number'], 'a stranger sees no list');
  guest.press('0#');
  t.same(guest.heard(), ['wrong-number'], 'and creates nothing');
});

void t.test('silence: asked again twice, then the call ends in words', async t => {
  const clock = t.capture(globalThis, 'setTimeout', (act: () => void, ms: number) => {
    if (ms === idleMs) expire = act;
    return 0;
  });
  let expire = () => {};
  const guest = visit(t);
  const first = guest.heard();
  expire();
  t.match(guest.seen(), /没有按键 · No key was pressed/);
  t.not(guest.heard(), first, 'is spoken again');
  t.same(guest.heard(), first);
  expire();
  expire();
  t.match(guest.events, [/^hangup 没有按键，通话结束/]);
  t.ok(clock().length > 0);
});
