import dgram from 'node:dgram';
import { once } from 'node:events';

/**
 * A relay of UDP in front of a SIP port, on an address of its own in 127.0.0.0/8, that takes a scanner's name off its
 * messages: what is left is its behaviour.
 */
export async function disguise(
  address: string,
  targetPort: number,
): Promise<{ port: number; close: () => void }> {
  const front = dgram.createSocket('udp4');
  const back = dgram.createSocket('udp4');
  front.bind(0, address);
  back.bind(0, address);
  await Promise.all([once(front, 'listening'), once(back, 'listening')]);
  let scannerPort = 0;
  front.on('message', (data, from) => {
    scannerPort = from.port;
    const text = data.toString('latin1').replace(/friendly-scanner|sipvicious/g, 'Room');
    back.send(Buffer.from(text, 'latin1'), targetPort, '127.0.0.1');
  });
  back.on('message', data => front.send(data, scannerPort, address));
  return {
    port: front.address().port,
    close: () => {
      front.close();
      back.close();
    },
  };
}
