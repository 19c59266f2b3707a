import t from 'tap';
import type { NegotiatedMedia } from '../sdp/types.js';
import { CallMachine } from './call-machine.js';

const media = (held: boolean): NegotiatedMedia => ({ audioPtimeMs: 20, held, fastUpdateByInfo: false });

function machine() {
  const asked: string[] = [];
  const call = new CallMachine(
    'incoming',
    { user: '1001', host: 'h', parameters: {} },
    { uri: 'sip:a@b', displayName: '', userAgent: '', address: '192.0.2.1', encrypted: false },
    '192.0.2.2',
    {
      requestKeyframe: () => asked.push('keyframe'),
      updateMedia: async () => asked.push('media') > 0,
      hangup: text => asked.push(`hangup ${text}`),
    },
  );
  const events: string[] = [];
  call.on('media', ({ held }) => events.push(`media ${held} ${call.state}`));
  call.on('ended', ({ cause }) => events.push(`ended ${cause} ${call.state}`));
  return { call, asked, events };
}

void t.test(
  'a call is established, held, resumed and ended, each told after the state has changed',
  async t => {
    const { call, events } = machine();
    call.negotiated(media(false));
    t.strictSame([call.state, events.length], ['ringing', 0], 'nobody is told before it stands');
    call.established();
    t.equal(call.state, 'active');
    call.negotiated(media(true));
    call.negotiated(media(false));
    call.end({ by: 'remote', cause: 'hangup', text: '' });
    call.end({ by: 'local', cause: 'lost', text: 'too late' });
    t.strictSame(events, ['media true held', 'media false active', 'ended hangup ended']);
    call.negotiated(media(true));
    t.equal(call.state, 'ended');
  },
);

void t.test('what is asked goes to the protocol only while it makes sense', async t => {
  const { call, asked, events } = machine();
  call.requestKeyframe();
  t.equal(await call.updateMedia({} as never), false);
  t.strictSame(asked, []);
  call.negotiated(media(false));
  call.established();
  call.requestKeyframe();
  t.equal(await call.updateMedia({} as never), true);
  call.hangup('enough');
  call.hangup('again');
  call.requestKeyframe();
  t.strictSame(asked, ['keyframe', 'media', 'hangup enough']);
  t.strictSame(events, ['ended hangup ended']);
});

void t.test('a listener that comes after the end is called: it may hold ports', async t => {
  const { call } = machine();
  call.end({ by: 'remote', cause: 'cancelled', text: '' });
  t.match(await new Promise(resolve => call.on('ended', resolve)), { cause: 'cancelled' });
});

void t.test('a move that the table lacks is our mistake', async t => {
  const { call } = machine();
  call.end({ by: 'local', cause: 'hangup', text: '' });
  t.throws(() => call.established(), /ended cannot become active/);
});
