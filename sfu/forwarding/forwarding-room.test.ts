import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import t, { type Test } from 'tap';
import { silentLog } from '../../base/log.js';
import { WorkerPool } from '../workers/worker-pool.js';
import { h264Injection, opusInjection } from './codecs.js';
import { ForwardingRoom } from './forwarding-room.js';
import { inject, tap } from './plain-streams.js';
import { PortPool } from './port-pool.js';

async function openPool(t: Test, workers = 1): Promise<WorkerPool> {
  const pool = await WorkerPool.start({
    workers,
    port: 0,
    host: '127.0.0.1',
    announcedAddress: null,
    log: silentLog,
  });
  t.teardown(() => pool.close());
  return pool;
}

async function boundSocket(t: Test): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.teardown(() => socket.close());
  return socket;
}

/** A minimal RTP packet of silence (RFC 3550 §5.1). */
function rtp(sequenceNumber: number, ssrc: number, payloadType: number): Buffer {
  const packet = Buffer.alloc(15);
  packet[0] = 0x80;
  packet[1] = payloadType;
  packet.writeUInt16BE(sequenceNumber, 2);
  packet.writeUInt32BE(sequenceNumber * 960, 4);
  packet.writeUInt32BE(ssrc, 8);
  packet.set([0xf8, 0xff, 0xfe], 12);
  return packet;
}

/** Sends until something arrives at `receiver`, for the first packets may pass before a consumer stands. */
async function firstForwarded(
  sender: Socket,
  receiver: Socket,
  to: { port: number },
  ssrc: number,
): Promise<Buffer> {
  let sequenceNumber = 1;
  const timer = setInterval(
    () => sender.send(rtp(sequenceNumber++, ssrc, opusInjection.payloadType), to.port, '127.0.0.1'),
    20,
  );
  try {
    for (;;) {
      const [datagram] = (await once(receiver, 'message', { signal: AbortSignal.timeout(5_000) })) as [
        Buffer,
      ];
      const isRtcp = datagram[1]! >= 192 && datagram[1]! <= 223;
      if (!isRtcp) return datagram;
    }
  } finally {
    clearInterval(timer);
  }
}

void t.test(
  'what is injected into a room comes out of its tap, with the SSRC and codec that the tap tells',
  async t => {
    const room = await ForwardingRoom.open(await openPool(t), silentLog);
    t.teardown(() => room.close());
    const [sender, receiver] = [await boundSocket(t), await boundSocket(t)];
    const injection = await inject(room, opusInjection, 'in', sender.address().port);
    const tapped = await tap(room, injection.producer, 'out', receiver.address().port);
    const datagram = await firstForwarded(
      sender,
      receiver,
      injection.session.remote,
      injection.session.send!.ssrc,
    );
    t.equal(datagram.readUInt32BE(8), tapped.session.receive!.ssrc);
    t.equal(datagram[1]! & 0x7f, tapped.session.receive!.codec.payloadType);
    t.same([...datagram.subarray(-3)], [0xf8, 0xff, 0xfe]);
  },
);

void t.test('a packet from another port than the one that was told is not let in', async t => {
  const room = await ForwardingRoom.open(await openPool(t), silentLog);
  t.teardown(() => room.close());
  const [sender, stranger, receiver] = [await boundSocket(t), await boundSocket(t), await boundSocket(t)];
  const injection = await inject(room, opusInjection, 'in', sender.address().port);
  await tap(room, injection.producer, 'out', receiver.address().port);
  const { ssrc } = injection.session.send!;
  for (let n = 1; n <= 20; n++) {
    stranger.send(rtp(n, ssrc, opusInjection.payloadType), injection.session.remote.port, '127.0.0.1');
  }
  await new Promise(resolve => setTimeout(resolve, 200));
  const [stat] = await injection.producer.getStats();
  t.equal(stat?.packetCount ?? 0, 0, 'the stranger was not heard');
  t.ok(await firstForwarded(sender, receiver, injection.session.remote, ssrc), 'the right one is');
});

void t.test('a room whose worker is killed moves to another and works there', async t => {
  const pool = await openPool(t, 2);
  const room = await ForwardingRoom.open(pool, silentLog);
  t.teardown(() => room.close());
  const reset = new Promise<number>(resolve => room.on('reset', resolve));
  const before = room.router;
  process.kill(pool.pids[0]!, 'SIGKILL');
  t.equal(await reset, 1);
  t.not(room.router, before);
  t.equal(pool.deaths, 1);

  const [sender, receiver] = [await boundSocket(t), await boundSocket(t)];
  const injection = await inject(room, opusInjection, 'in', sender.address().port);
  await tap(room, injection.producer, 'out', receiver.address().port);
  t.ok(await firstForwarded(sender, receiver, injection.session.remote, injection.session.send!.ssrc));
});

void t.test('the only worker is killed: the room waits for its replacement', async t => {
  const pool = await openPool(t, 1);
  const room = await ForwardingRoom.open(pool, silentLog);
  t.teardown(() => room.close());
  for (const epoch of [1, 2]) {
    const reset = new Promise<number>(resolve => room.on('reset', resolve));
    process.kill(pool.pids[0]!, 'SIGKILL');
    t.equal(await reset, epoch);
    t.notOk(room.router.closed);
  }
});

void t.test('all workers are killed at once: the room moves once', async t => {
  const pool = await openPool(t, 2);
  const room = await ForwardingRoom.open(pool, silentLog);
  t.teardown(() => room.close());
  const epochs: number[] = [];
  room.on('reset', epoch => epochs.push(epoch));
  for (const pid of pool.pids) process.kill(pid, 'SIGKILL');
  await new Promise(resolve => setTimeout(resolve, 1_000));
  t.same(epochs, [1]);
  t.notOk(room.router.closed);
  const injection = await inject(room, h264Injection, 'in', 9);
  t.equal(injection.producer.kind, 'video', 'H.264 is accepted');
});

void t.test('ports are handed out in even pairs, never twice, never when taken', async t => {
  const blocker = createSocket('udp4');
  blocker.bind(0, '127.0.0.1');
  await once(blocker, 'listening');
  t.teardown(() => blocker.close());
  const taken = blocker.address().port;
  const first = taken - (taken % 2);
  const pool = new PortPool(first, first + 19, '127.0.0.1');
  const ports = new Set<number>();
  await t.rejects(
    (async () => {
      for (;;) ports.add(await pool.takePair());
    })(),
    { code: 'no-media-port' },
  );
  t.ok(ports.size >= 5, 'most of the ten pairs are free');
  t.notOk(ports.has(first), 'the blocked pair is not among them');
  t.ok([...ports].every(port => port % 2 === 0));
  const [some] = ports;
  pool.release(some!);
  t.equal(await pool.takePair(), some);
});
