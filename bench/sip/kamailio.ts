import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Program } from '../../testing/peers/program.js';
import { freeUdpPort } from '../../testing/peers/ports.js';

/** A registrar and proxy in memory: whoever knows the one password registers, and is called by name. */
function configOf(port: number, password: string): string {
  return `
debug=0
log_stderror=yes
fork=yes
children=2
listen=udp:127.0.0.1:${port}
disable_tcp=yes
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
modparam("usrloc", "db_mode", 0)
modparam("usrloc", "hash_size", 12)
request_route {
  if (method == "REGISTER") {
    if (!pv_www_authenticate("bench", "${password}", "0")) {
      www_challenge("bench", "1");
      exit;
    }
    save("location");
    exit;
  }
  if (!lookup("location")) {
    sl_send_reply("404", "Not Found");
    exit;
  }
  t_relay();
}
`;
}

export async function startKamailio(
  folder: string,
  password: string,
): Promise<{ port: number; close: () => Promise<void> }> {
  const port = await freeUdpPort();
  const file = path.join(folder, 'kamailio.cfg');
  fs.writeFileSync(file, configOf(port, password));
  const program = new Program(
    'kamailio',
    ['-f', file, '-DD', '-E', '-m', '64', '-M', '8', '-Y', folder],
    path.join(folder, 'kamailio.log'),
  );
  await Promise.race([
    sleep(2_000),
    program.exited.then(code => {
      throw new Error(`kamailio ended with ${code}: ${program.output()}`);
    }),
  ]);
  return { port, close: () => program.close() };
}
