import { execFileSync } from 'node:child_process';
import t from 'tap';
import { RoomPage } from '../harness/room-page.js';
import { ServerProcess } from '../harness/server-process.js';
import { Chromium } from '../peers/chromium.js';

const table = `amphi_test_${process.pid}`;
const nft = (...args: string[]) => execFileSync('nft', args, { stdio: ['ignore', 'pipe', 'pipe'] });

/** Long enough that ICE consent (RFC 7675) is lost, and the signalling socket too. */
const outageMs = 12_000;
const backWithinMs = 5_000;

void t.test(
  'the network drops for 12 s: the pictures are back within 5 s of its return, nobody joins again',
  async t => {
    const server = await ServerProcess.start({ config: { conference: { vanishedAfterS: 60 } } });
    t.teardown(() => server.close());
    const chromium = await Chromium.start();
    t.teardown(() => chromium.close());
    const { link } = await server.createConference({ title: 'Bad network' });
    const camera = { colour: '#c02020', label: 'x', width: 640, height: 360 };
    const first = new RoomPage(await chromium.participant({ camera }), 'First');
    const second = new RoomPage(await chromium.participant({ camera }), 'Second');
    await first.join(server, link);
    await second.join(server, link);
    const [tile] = [await first.movingPicture('Second', 15_000), await second.movingPicture('First', 15_000)];

    // Only what belongs to this server is cut: its web port, and all UDP and TCP of its media workers.
    const media = portsOf(server.childPids('mediasoup-worker'));
    const ports = [...new Set([Number(new URL(server.url).port), ...media])].join(', ');
    nft('add', 'table', 'inet', table);
    t.teardown(() => nft('delete', 'table', 'inet', table));
    nft('add', 'chain', 'inet', table, 'in', '{ type filter hook input priority 0; }');
    for (const protocol of ['udp', 'tcp']) {
      for (const side of ['dport', 'sport'])
        nft('add', 'rule', 'inet', table, 'in', protocol, side, `{ ${ports} }`, 'drop');
    }
    await new Promise(resolve => setTimeout(resolve, outageMs));
    nft('flush', 'chain', 'inet', table, 'in');

    const backAt = Date.now();
    const again = await first.movingPicture('Second', 20_000);
    await second.movingPicture('First', 20_000);
    const tookMs = Date.now() - backAt;
    t.comment(`back ${tookMs} ms after the network`);
    t.ok(tookMs < backWithinMs, `${tookMs} ms`);
    t.equal(again.siteId, tile.siteId, 'the same site');
  },
);

/** UDP and TCP ports that these processes listen on. */
function portsOf(pids: number[]): number[] {
  const text = execFileSync('ss', ['-uatnpH'], { encoding: 'utf8' });
  return text
    .split('\n')
    .filter(line => pids.some(pid => line.includes(`pid=${pid},`)))
    .map(line => Number(/:(\d+)\s/.exec(line)?.[1]))
    .filter(port => port > 0);
}
