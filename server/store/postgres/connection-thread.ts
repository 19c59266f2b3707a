import { workerData, type MessagePort } from 'node:worker_threads';
import {
  Connection,
  problemOf,
  type ConnectionOptions,
  type Problem,
  type Query,
  type Rows,
} from './connection.js';

export interface ThreadData {
  options: ConnectionOptions;
  port: MessagePort;
  /** Raised by one with each answer, so that the asking thread can sleep. */
  answered: Int32Array;
}

export type Ask = { act: 'open' } | { act: 'query'; query: Query } | { act: 'drop' } | { act: 'close' };
export type Request = Ask & { id: number };
export type Answer = { id: number } & ({ result: Rows | null } | { problem: Problem });

const { options, port, answered } = workerData as ThreadData;
const connection = new Connection(options);

port.on('message', (request: Request) => void answer(request));

async function answer(request: Request): Promise<void> {
  const { id } = request;
  let said: Answer;
  try {
    said = { id, result: await done(request) };
  } catch (error) {
    said = { id, problem: problemOf(error) };
  }
  port.postMessage(said);
  Atomics.add(answered, 0, 1);
  Atomics.notify(answered, 0);
}

async function done(request: Request): Promise<Rows | null> {
  if (request.act === 'query') return connection.query(request.query);
  if (request.act === 'open') await connection.open();
  else if (request.act === 'drop') connection.drop();
  else await connection.close();
  return null;
}
