// Runs in the page: a soft-phone of SIP.js, as hospitals build them into their own pages. `softPhone.start(settings)`
// connects; everything else is SIP.js' own SimpleUser, in `softPhone.user`.
import { SimpleUser } from './sip.js/platform/web/simple-user/simple-user.js';

globalThis.softPhone = {
  async start({ server, aor, name, password, video = true, dtmfByInfo = false }) {
    const remote = document.querySelector('video');
    this.user = new SimpleUser(server, {
      aor,
      media: { constraints: { audio: true, video }, remote: { video: remote, audio: remote } },
      sendDTMFUsingSessionDescriptionHandler: !dtmfByInfo,
      userAgentOptions: {
        authorizationUsername: name,
        authorizationPassword: password,
        displayName: name,
        logLevel: 'error',
      },
    });
    this.events = [];
    this.user.delegate = {
      onCallAnswered: () => this.events.push('answered'),
      onCallHangup: () => this.events.push('hangup'),
      onCallHold: held => this.events.push(held ? 'held' : 'resumed'),
      onCallReceived: () => this.user.answer(),
      onRegistered: () => this.events.push('registered'),
    };
    await this.user.connect();
  },
  /** Mean colour of the middle of what is seen, [r, g, b]; null before the first picture. */
  colour() {
    const video = document.querySelector('video');
    if (!video.videoWidth) return null;
    const canvas = new OffscreenCanvas(16, 9);
    const g = canvas.getContext('2d', { willReadFrequently: true });
    g.drawImage(video, 0, 0, 16, 9);
    return [...g.getImageData(11, 4, 1, 1).data].slice(0, 3);
  },
};
document.body.dataset.ready = 'true';
