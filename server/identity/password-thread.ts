import { parentPort } from 'node:worker_threads';
import { argon2id } from '@noble/hashes/argon2';

export interface HashOrder {
  id: number;
  password: string;
  salt: Uint8Array;
  memoryKiB: number;
  passes: number;
}

parentPort!.on('message', ({ id, password, salt, memoryKiB, passes }: HashOrder) => {
  const hash = argon2id(password, salt, { m: memoryKiB, t: passes, p: 1, dkLen: 32, version: 0x13 });
  parentPort!.postMessage({ id, hash });
});
