import type { Config } from '../../config/schema.js';

/** As in the configuration: `archive.s3`. */
export type S3Options = NonNullable<Config['archive']['s3']>;
