import http from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { Chromium } from './chromium.js';

/** A page that shows its own camera, and sends it through a peer connection to itself. */
const html = `<!doctype html><title>x</title><video id=own muted autoplay></video><video id=far autoplay></video>
<script>
  window.ready = (async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
    document.getElementById('own').srcObject = stream;
    const a = new RTCPeerConnection(), b = new RTCPeerConnection();
    a.onicecandidate = e => b.addIceCandidate(e.candidate);
    b.onicecandidate = e => a.addIceCandidate(e.candidate);
    const far = new MediaStream();
    b.ontrack = e => { far.addTrack(e.track); document.getElementById('far').srcObject = far; };
    for (const track of stream.getTracks()) a.addTrack(track, stream);
    await a.setLocalDescription(); await b.setRemoteDescription(a.localDescription);
    await b.setLocalDescription(); await a.setRemoteDescription(b.localDescription);
    await new Promise(r => far.getVideoTracks().length && document.getElementById('far').videoWidth ? r() : (document.getElementById('far').onresize = r));
    return (await navigator.mediaDevices.enumerateDevices()).filter(d => d.kind === 'videoinput' && d.label).length;
  })();
  window.pixel = id => {
    const v = document.getElementById(id), c = document.createElement('canvas');
    c.width = v.videoWidth; c.height = v.videoHeight;
    const g = c.getContext('2d'); g.drawImage(v, 0, 0);
    return [...g.getImageData(c.width * 0.95, c.height * 0.1, 1, 1).data.slice(0, 3)];
  };
</script>`;

void t.test(
  'a participant sends a picture of its colour and a tone, even when its page is hidden',
  async t => {
    const server = http.createServer((_, response) =>
      response.setHeader('content-type', 'text/html').end(html),
    );
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    t.teardown(() => server.close());
    const url = `http://localhost:${(server.address() as AddressInfo).port}/`;
    const browser = await Chromium.start();
    t.teardown(() => browser.close());
    const someone = await browser.participant({
      camera: {
        colour: '#2060c0',
        label: 'blue',
        width: 640,
        height: 360,
        fps: 30,
        toneHz: 440,
        toneLevel: 0.25,
      },
    });
    await someone.page.goto(url);
    t.ok((await someone.page.evaluate<number>('window.ready')) > 0, 'the camera has a name');

    const frames = () =>
      someone.page.evaluate<number>(
        "document.getElementById('far').getVideoPlaybackQuality().totalVideoFrames",
      );
    const before = await frames();
    const startedAt = Date.now();
    const other = await someone.context.newPage();
    await other.goto('about:blank');
    await other.bringToFront();
    const heard = await someone.listen(2000);
    const rate = ((await frames()) - before) / ((Date.now() - startedAt) / 1000);
    t.ok(rate > 15, `${rate.toFixed(1)} frames a second arrive`);

    const [r = 0, g = 0, b = 0] = await someone.page.evaluate<number[]>("pixel('far')");
    t.ok(
      Math.abs(r - 0x20) < 24 && Math.abs(g - 0x60) < 24 && Math.abs(b - 0xc0) < 24,
      `the far picture is blue: ${r} ${g} ${b}`,
    );
    t.equal(heard.elements, 1, 'the muted element is not heard');
    let crossings = 0;
    for (let at = 48_001; at < heard.samples.length; at++) {
      if (heard.samples[at - 1]! < 0 && heard.samples[at]! >= 0) crossings++;
    }
    t.ok(Math.abs(crossings - 440) < 10, `${crossings} Hz`);

    t.same(someone.errors, []);
    await someone.page.evaluate("console.error('oops'); setTimeout(() => { throw new Error('thrown'); });");
    await someone.page.waitForTimeout(100);
    t.match(someone.errors, [/oops/, /thrown/]);
  },
);
