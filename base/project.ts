import { fileURLToPath } from 'node:url';

/** The root folder of the clone. Compiled files live in `build/`, in the same tree as their sources. */
export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));
