import t from 'tap';
import { VoiceSwitch } from './voice-switch.js';

void t.test('the first voice is shown at once, the next one when it has led for a while', async t => {
  const voice = new VoiceSwitch();
  t.ok(voice.heard('a', 0));
  t.same(voice.order, ['a']);
  t.notOk(voice.heard('b', 10_000));
  t.equal(voice.dueMs, 10_600);
  t.notOk(voice.advance(10_599));
  t.ok(voice.advance(10_600));
  t.same(voice.order, ['b', 'a']);
  t.equal(voice.dueMs, null);
});

void t.test('a cough changes nothing', async t => {
  const voice = new VoiceSwitch();
  voice.heard('a', 0);
  voice.heard('b', 10_000);
  voice.heard('a', 10_300);
  t.equal(voice.dueMs, null);
  t.notOk(voice.advance(20_000));
  t.same(voice.order, ['a']);
});

void t.test('two who talk at once do not make the picture flap: at most one switch in 3 s', async t => {
  const voice = new VoiceSwitch();
  let switches = 0;
  for (let nowMs = 0; nowMs < 60_000; nowMs += 100) {
    const speaker = Math.floor(nowMs / 700) % 2 === 0 ? 'a' : 'b';
    if (voice.heard(speaker, nowMs) || voice.advance(nowMs)) switches++;
  }
  t.ok(switches >= 2 && switches <= 20, `${switches} switches in a minute`);
});

void t.test('who leaves is forgotten, who spoke before is shown', async t => {
  const voice = new VoiceSwitch();
  voice.heard('a', 0);
  voice.heard('b', 4_000);
  voice.advance(5_000);
  voice.heard('c', 8_000);
  t.ok(voice.left('b'));
  t.notOk(voice.left('c'), 'only a candidate');
  t.equal(voice.dueMs, null);
  t.same(voice.order, ['a']);
});
