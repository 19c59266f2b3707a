/** In a process of its own: the gateway with its registrar, accounts and bindings in a real store; no media. */
import fs from 'node:fs';
import { silentLog } from '../../base/log.js';
import { SipAccounts } from '../../server/endpoints/sip-accounts.js';
import { TrustedAddresses } from '../../server/endpoints/trusted-addresses.js';
import { AttemptLimit } from '../../server/identity/attempt-limit.js';
import { openDatabase } from '../../server/store/database.js';
import { SipAccountRecords } from '../../server/store/sip-account-records.js';
import { localMediaOf } from '../../sip-gateway/fake-reception.js';
import { SipGateway } from '../../sip-gateway/gateway.js';

const [dataDir = '', accountsFile = ''] = process.argv.slice(2);
const unlimited = { burst: 1e9, perSecond: 1e9, totalBurst: 1e9, totalPerSecond: 1e9, maxSources: 10 };
const accounts = new SipAccounts(
  new SipAccountRecords(openDatabase(dataDir)),
  {
    numbers: [],
    attempts: new AttemptLimit(),
    trusted: new TrustedAddresses([]),
    log: silentLog,
  },
  { realm: 'bench', algorithms: ['MD5'], credentials: 'required', guests: false },
);
const { names, password } = JSON.parse(fs.readFileSync(accountsFile, 'utf8')) as {
  names: string[];
  password: string;
};
for (const accountName of names)
  accounts.create(
    { accountName, displayName: accountName, institutionId: null, aliases: [], disabled: false },
    password,
  );
const gateway = new SipGateway({
  config: {
    ...{ address: '127.0.0.1', port: 0, maxCalls: 10_000, sessionExpiresS: 1800 },
    ...{ strangers: unlimited, registrationRates: unlimited, arrivals: unlimited },
  },
  log: silentLog,
  accounts,
  handler: {
    route: async () => ({ accept: true }),
    localMedia: async () => localMediaOf([40_000, 40_001, 40_002, 40_003]),
    established: () => {},
  },
});
const { udpPort } = await gateway.listen();
process.on('message', () => process.send!({ registered: gateway.registrar!.registered }));
process.send!({ port: udpPort });
