import dgram from 'node:dgram';
import { randomBytes } from 'node:crypto';
import type { RtpSession } from '../../sfu/rtp/session.js';
import { SyntheticCamera } from '../synthetic/synthetic-camera.js';
import { SyntheticViewer } from '../synthetic/synthetic-viewer.js';
import { BfcpClient } from './bfcp-client.js';
import { CameraEnd } from './camera-end.js';
import { freeUdpPort, freeUdpPorts } from './ports.js';

/** Y, Cb, Cr */
type Colour = readonly [number, number, number];

const h264 = {
  name: 'H264',
  payloadType: 97,
  clockRate: 90000,
  parameters: { 'profile-level-id': '42e028', 'packetization-mode': '1' },
} as const;

/**
 * A hardware room with two streams, BFCP over UDP and camera control, on a bare socket: its SIP is a script, its floor control is
 * `BfcpClient`, its pictures are of one colour. The main stream is received in `picture`, content in `content`.
 */
export class ContentRoom {
  floor!: BfcpClient;
  camera!: CameraEnd;
  picture!: SyntheticViewer;
  /** Of the server, whole and in their order. */
  readonly requests: string[] = [];
  readonly responses: string[] = [];
  /** Our SDP's answer. */
  answer = '';
  #content: SyntheticCamera | SyntheticViewer | undefined;
  #contentSession!: RtpSession;
  #sequence = 2;
  #closed = false;
  #dialog!: { to: string; target: string };

  private constructor(
    private readonly name: string,
    private readonly socket: dgram.Socket,
    private readonly server: number,
    private readonly callId = randomBytes(8).toString('hex'),
  ) {}

  /** @param replaces the value of the header field `Replaces`: whose place it takes (RFC 3891) */
  static async dial(name: string, number: string, sipPort: number, replaces?: string): Promise<ContentRoom> {
    const socket = dgram.createSocket('udp4');
    await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve));
    const room = new ContentRoom(name, socket, sipPort);
    socket.on('message', data => room.#onRequest(data.toString()));
    await room
      .#invite(`sip:${number}@127.0.0.1:${sipPort}`, replaces === undefined ? [] : [`Replaces: ${replaces}`])
      .catch((refused: unknown) => {
        socket.close();
        throw refused;
      });
    return room;
  }

  /** Sees what others present. */
  async watchContent(): Promise<SyntheticViewer> {
    await this.#content?.close();
    const viewer = new SyntheticViewer(this.#contentSession, 640, 360);
    this.#content = viewer;
    await viewer.start();
    return viewer;
  }

  /** Sends content, whether or not it has the floor. */
  async sendContent(colour: Colour): Promise<void> {
    await this.#content?.close();
    const camera = new SyntheticCamera(this.#contentSession, {
      codec: 'H264',
      width: 1280,
      height: 720,
      frameRate: 15,
      colour,
    });
    this.#content = camera;
    await camera.start();
  }

  info(type: string, body: string): void {
    this.request('INFO', [`Content-Type: ${type}`], body);
  }

  /** Within its call. */
  request(method: string, headers: string[], body = ''): void {
    this.#send(method, this.#sequence++, headers, body);
  }

  /** What another has to write in `Replaces` to take its place. */
  get replacedBy(): string {
    const [, serverTag] = /;tag=([^;>\s]+)/.exec(this.#dialog.to)!;
    return `${this.callId};to-tag=${serverTag};from-tag=${this.callId}`;
  }

  /** Takes whatever is asked of it. */
  #onRequest(text: string): void {
    if (/^SIP\/2\.0 |^ACK /.test(text)) return void this.responses.push(text);
    this.requests.push(text);
    const copied = text.split('\r\n').filter(line => /^(Via|From|To|Call-ID|CSeq):/i.test(line));
    const answer = ['SIP/2.0 200 OK', ...copied, 'Content-Length: 0', '', ''].join('\r\n');
    this.socket.send(answer, this.server, '127.0.0.1');
  }

  /** May be called twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#send('BYE', this.#sequence++);
    this.floor.close();
    this.camera.close();
    await this.picture.close();
    await this.#content?.close();
    await new Promise(resolve => setTimeout(resolve, 100));
    this.socket.close();
  }

  async #invite(target: string, headers: string[]): Promise<void> {
    const main = await freeUdpPort();
    const [content, bfcp, camera] = (await freeUdpPorts(3)) as [number, number, number];
    this.#dialog = { to: `<${target}>`, target };
    const answered = this.#answer();
    this.#send(
      'INVITE',
      1,
      ['Content-Type: application/sdp', ...headers],
      offerOf(main, content, bfcp, camera),
    );
    this.answer = await answered;
    this.#send('ACK', 1);
    const sections = this.answer.split(/\r\nm=/).slice(1);
    const section = (what: string) => sections.find(text => text.includes(what)) ?? '';
    const mainText = sections.find(text => text.startsWith('video') && !text.includes('slides'))!;
    const contentText = section('content:slides');
    const floorText = section('UDP/BFCP');
    const cameraText = section('H224');
    const number = (text: string, pattern: RegExp) => Number(pattern.exec(text)?.[1]);
    this.picture = new SyntheticViewer(session('main', main, number(mainText, /^\w+ (\d+)/), 11), 640, 360);
    await this.picture.start();
    this.#contentSession = session('content', content, number(contentText, /^\w+ (\d+)/), 12);
    this.camera = await CameraEnd.open(camera, number(cameraText, /^\w+ (\d+)/));
    this.floor = await BfcpClient.udp(bfcp, number(floorText, /^\w+ (\d+)/), {
      conference: number(floorText, /confid:(\d+)/),
      user: number(floorText, /userid:(\d+)/),
    });
  }

  /** The body of the 200. */
  #answer(): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the INVITE was not answered')), 10_000);
      this.socket.on('message', data => {
        const text = data.toString();
        if (!/^SIP\/2\.0 [2-6]/.test(text) || !/CSeq: 1 INVITE/i.test(text)) return;
        clearTimeout(timer);
        if (!text.startsWith('SIP/2.0 200')) return reject(new Error(text.split('\r\n')[0]));
        this.#dialog = {
          to: /\r\nTo: (.*)\r\n/i.exec(text)![1]!,
          target: /\r\nContact: <([^>]+)>/i.exec(text)![1]!,
        };
        resolve(text.slice(text.indexOf('\r\n\r\n') + 4));
      });
    });
  }

  #send(method: string, sequence: number, headers: string[] = [], body = ''): void {
    const { port } = this.socket.address();
    const branch = `z9hG4bK${randomBytes(6).toString('hex')}`;
    const message = [
      `${method} ${this.#dialog.target} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=${branch};rport`,
      'Max-Forwards: 70',
      `From: "${this.name}" <sip:${this.name}@127.0.0.1:${port}>;tag=${this.callId}`,
      `To: ${this.#dialog.to}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${sequence} ${method}`,
      `Contact: <sip:${this.name}@127.0.0.1:${port}>`,
      ...headers,
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ];
    this.socket.send(message.join('\r\n'), this.server, '127.0.0.1');
  }
}

function session(id: string, local: number, remote: number, ssrc: number): RtpSession {
  return {
    id,
    kind: 'video',
    local: { address: '127.0.0.1', port: local, rtcpPort: local + 1 },
    remote: { address: '127.0.0.1', port: remote, rtcpPort: remote + 1 },
    symmetric: false,
    receive: { codec: h264 },
    send: { codec: h264, ssrc, cname: 'room' },
    feedback: { nack: true, pli: true, fir: true },
  };
}

/** In the shape of a Polycom Group's: content line by label and content, BFCP over UDP as a client. */
function offerOf(main: number, content: number, bfcp: number, camera: number): string {
  const video = (port: number, label: number, what: string) => [
    `m=video ${port} RTP/AVP 97`,
    'a=rtpmap:97 H264/90000',
    'a=fmtp:97 profile-level-id=42e028;packetization-mode=1',
    'a=rtcp-fb:97 nack',
    'a=rtcp-fb:97 nack pli',
    `a=label:${label}`,
    `a=content:${what}`,
  ];
  return [
    'v=0',
    'o=room 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${main + 4} RTP/AVP 0`,
    ...video(main, 1, 'main'),
    ...video(content, 3, 'slides'),
    `m=application ${bfcp} UDP/BFCP *`,
    'a=floorctrl:c-only',
    'a=bfcpver:2',
    `m=application ${camera} RTP/AVP 100`,
    'a=rtpmap:100 H224/4800',
    '',
  ].join('\r\n');
}
