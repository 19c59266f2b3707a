import { createLog } from '../../base/log.js';
import type { RecordingPlan } from '../../recorder/plan.js';
import { Recorder } from '../../recorder/recorder.js';

/** For tests: a process that has a recorder, as the server does, and can be killed. `node stand-in-server.js DIRECTORY PLAN` */
const [directory = '', plan = ''] = process.argv.slice(2);
const recorder = new Recorder({ directory, s3: null, log: createLog({ level: 'error' }) });
await recorder.ready();
recorder.record(JSON.parse(plan) as RecordingPlan);
process.send?.({ recorderPid: recorder.pid });
