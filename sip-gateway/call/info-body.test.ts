import t from 'tap';
import { parseMessage } from '../sip/message/parse-message.js';
import { fastUpdateBody, fastUpdateType, readInfo } from './info-body.js';

function info(contentType: string | undefined, body: string, more = '') {
  const message = parseMessage(
    Buffer.from(
      'INFO sip:a@b.example SIP/2.0\r\nVia: SIP/2.0/UDP c.example;branch=z9hG4bK1\r\nFrom: <sip:c@d.example>;tag=1\r\n' +
        `To: <sip:a@b.example>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INFO\r\n${more}` +
        `${contentType ? `Content-Type: ${contentType}\r\n` : ''}\r\n${body}`,
    ),
  );
  if (message.kind !== 'request') throw new Error('no request');
  return readInfo(message);
}

void t.test('keyframe requests, as we and as others write them (RFC 5168)', async t => {
  for (const body of [
    fastUpdateBody,
    '<media_control><vc_primitive><to_encoder><picture_fast_update></picture_fast_update></to_encoder></vc_primitive></media_control>',
    '<media_control><vc_primitive>\n<stream_id>1</stream_id><to_encoder>< picture_fast_update /></to_encoder></vc_primitive></media_control>',
  ]) {
    t.strictSame(info(`${fastUpdateType}; charset=utf-8`, body), { kind: 'keyframe' });
  }
  t.strictSame(info(fastUpdateType, '<media_control><general_error>x</general_error></media_control>'), {
    kind: 'nothing',
  });
});

void t.test('digits in both usual forms', async t => {
  t.strictSame(info('application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n'), { kind: 'dtmf', digit: '5' });
  t.strictSame(info('application/dtmf-relay', 'Duration= 100\r\nSignal= 11'), { kind: 'dtmf', digit: '#' });
  t.strictSame(info('application/dtmf', '*'), { kind: 'dtmf', digit: '*' });
  t.strictSame(info('application/dtmf-relay', 'Signal=flash'), { status: 400 });
});

void t.test('others are refused as the RFCs ask; an empty one is a keep-alive', async t => {
  t.strictSame(info(undefined, ''), { kind: 'nothing' });
  t.strictSame(info('text/plain', 'hello'), { status: 415 });
  t.strictSame(info(undefined, '', 'Info-Package: foo\r\n'), { status: 469 });
});
