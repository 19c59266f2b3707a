import { messageOf, ResourceError, UserError } from '../base/errors.js';
import { createLog, LogLines } from '../base/log.js';
import { loadConfig } from '../config/load.js';
import { openFirstParts } from './first-parts.js';
import { outliveLostDatabase } from './store/postgres/outlive.js';

/** `npm start`: reads the configuration, serves until it is told to stop, says on stdout where it is reached. */
async function main(): Promise<void> {
  const config = loadConfig(process.argv.slice(2), process.env);
  const logLines = new LogLines();
  const log = createLog({ level: config.log.level, keep: logLines });
  if (config.database.url !== null) outliveLostDatabase(log.child({ part: 'store' }));
  const firstParts = openFirstParts(config, log);
  const { reachableAddresses, startServer } = await import('./server.js');
  const server = await startServer(config, log, logLines, firstParts);

  const [host = 'localhost'] = reachableAddresses(config);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(`Web:   https://${host}:${server.httpPort}/`);
  const tls = server.sipTlsPort === null ? '' : `, TLS at ${server.sipTlsPort}`;
  say(`SIP:   sip:NUMBER@${host}:${server.sipPort} (UDP and TCP${tls})`);
  say(`Data:  ${config.dataDir}`);
  if (server.firstStart) {
    const { userName, oneTimePassword, token } = server.firstStart;
    say(
      `User:  ${userName}, password ${oneTimePassword}   (shown only this once; change it when you sign in)`,
    );
    if (token !== null) say(`Token: ${token}   (the operator's; shown only this once: keep it)`);
  }
  say('Amphi is ready.');

  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) process.exit(1); // asked twice: at once
    stopping = true;
    log.info({ signal }, 'stopping');
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ reason: messageOf(error) }, 'stopped with errors');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
}

main().catch((error: unknown) => {
  const known = error instanceof UserError || error instanceof ResourceError;
  process.stderr.write(
    `Amphi does not start: ${known ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(1);
});
