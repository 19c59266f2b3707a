import t from 'tap';
import { addressOfRecording, recordingIdOf } from './address.js';

void t.test('the list or one recording, there and back', async t => {
  t.equal(recordingIdOf('/recordings'), null);
  t.equal(recordingIdOf('/recordings/'), null);
  t.equal(recordingIdOf('/recordings/20261122T2300-ab12'), '20261122T2300-ab12');
  t.equal(recordingIdOf(addressOfRecording('a b/ü')), 'a b/ü');
  t.equal(recordingIdOf('/recordings/%ZZ'), '%ZZ', 'broken escapes do not throw');
});
