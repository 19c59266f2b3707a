import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Scope } from '../../base/scope.js';
import { Program } from './program.js';

export interface KamailioOptions {
  /** On 127.0.0.1, UDP. */
  port: number;
  /** Of every user, for REGISTER and for calls of `trunkUser`. */
  password: string;
  /** Who may call telephones, and where numbers beginning with `conferencePrefix` lead. */
  trunkUser: string;
  conferencePrefix: string;
}

/**
 * A PBX: a registrar that asks for a password, and a proxy that stays in the dialog (Record-Route), and refuses
 * requests in dialogs that do not follow the route.
 */
function configOf({ port, password, trunkUser, conferencePrefix }: KamailioOptions): string {
  return `
debug=2
log_stderror=yes
fork=yes
children=2
listen=udp:127.0.0.1:${port}
disable_tcp=yes
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "maxfwd.so"
loadmodule "xlog.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
modparam("usrloc", "db_mode", 0)
request_route {
  if (has_totag()) {
    if (!loose_route()) {
      if (is_method("ACK")) {
        if (t_check_trans()) t_relay();
        exit;
      }
      xlog("L_ERR", "NO-ROUTE $rm\\n");
      sl_send_reply("404", "Not by the route");
      exit;
    }
    xlog("L_ERR", "IN-DIALOG $rm $fU\\n");
    t_relay();
    exit;
  }
  if (is_method("CANCEL")) {
    if (t_check_trans()) t_relay();
    exit;
  }
  if (is_method("OPTIONS")) {
    sl_send_reply("200", "OK");
    exit;
  }
  if (is_method("REGISTER")) {
    if (!pv_www_authenticate("$td", "${password}", "0")) {
      www_challenge("$td", "1");
      exit;
    }
    xlog("L_ERR", "REGISTERED $tU expires $hdr(Expires)\\n");
    save("location");
    exit;
  }
  if ($fU == "${trunkUser}") {
    if (!pv_proxy_authenticate("$fd", "${password}", "0")) {
      proxy_challenge("$fd", "1");
      exit;
    }
    consume_credentials();
  }
  xlog("L_ERR", "CALL from $fU to $rU\\n");
  record_route();
  if ($rU =~ "^${conferencePrefix}") $rU = "${trunkUser}";
  if (!lookup("location")) {
    sl_send_reply("404", "Nobody of this name");
    exit;
  }
  t_relay();
}
`;
}

/** Debian's kamailio with a configuration of its own, in a folder of its own. */
export class Kamailio {
  private constructor(
    readonly port: number,
    readonly program: Program,
    private readonly scope: Scope,
  ) {}

  static async start(options: KamailioOptions): Promise<Kamailio> {
    const scope = new Scope();
    const folder = await mkdtemp(path.join(os.tmpdir(), 'kamailio-'));
    scope.onClose(() => rm(folder, { recursive: true, force: true }));
    const file = path.join(folder, 'kamailio.cfg');
    await writeFile(file, configOf(options));
    const program = new Program(
      'kamailio',
      ['-f', file, '-DD', '-E', '-m', '64', '-M', '8', '-Y', folder],
      path.join(folder, 'kamailio.log'),
    );
    scope.onClose(() => program.close());
    const ended = await Promise.race([sleep(1_500), program.exited]);
    if (ended !== undefined) throw new Error(`kamailio ended with ${ended}: ${program.output()}`);
    return new Kamailio(options.port, program, scope);
  }

  /** SIGKILL for all of its processes: one of its workers that is left would go on answering. */
  async kill(): Promise<void> {
    const { pid } = this.program;
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    this.program.kill('SIGKILL');
    for (const child of children.trim().split(' ')) process.kill(Number(child), 'SIGKILL');
    await this.program.exited;
  }

  /** What it did: lines as `REGISTERED`, `CALL`, `IN-DIALOG` and `NO-ROUTE`. */
  get log(): string {
    return this.program.output(200_000);
  }

  close(): Promise<void> {
    return this.scope.close();
  }
}
