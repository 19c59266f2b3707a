import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';

/** Makes names in a folder survive a loss of power: a rename or a new file is durable only then. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await fs.open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes under a temporary name, fsyncs, renames, fsyncs the folder: after it the file is there whole, before it not at all. */
export async function writeDurably(
  directory: string,
  name: string,
  parts: readonly Buffer[],
): Promise<{ bytes: number; sha256: string }> {
  const temporary = path.join(directory, `${name}.tmp`);
  const hash = createHash('sha256');
  let bytes = 0;
  for (const part of parts) {
    hash.update(part);
    bytes += part.length;
  }
  const handle = await fs.open(temporary, 'w');
  try {
    await writeAll(handle, parts, bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await fs.rename(temporary, path.join(directory, name));
  await syncDirectory(directory);
  return { bytes, sha256: hash.digest('hex') };
}

/** writev may write less than asked when the disk is nearly full. @throws ENOSPC and the like */
export async function writeAll(
  handle: fs.FileHandle,
  parts: readonly Buffer[],
  bytes: number,
): Promise<void> {
  const { bytesWritten } = await handle.writev(parts as Buffer[]);
  if (bytesWritten === bytes) return;
  const rest = Buffer.concat(parts).subarray(bytesWritten);
  await handle.writeFile(rest);
}
