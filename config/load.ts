import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import Value from 'typebox/value';
import { parse } from 'yaml';
import { UserError, messageOf } from '../base/errors.js';
import { projectRoot } from '../base/project.js';
import { Config } from './schema.js';

/** Command-line options and the environment variables that do the same. An option wins over its variable. */
const settings: readonly Setting[] = [
  {
    option: 'data',
    variable: 'AMPHI_DATA',
    apply: (config: Draft, value: string) => (config.dataDir = value),
  },
  { option: 'host', variable: 'AMPHI_HOST', apply: (config: Draft, value: string) => (config.host = value) },
  {
    // Not on the command line, where everybody on the machine reads the password.
    variable: 'AMPHI_DATABASE_URL',
    apply: (config: Draft, value: string) => (section(config, 'database').url = value),
  },
  {
    option: 'http',
    variable: 'AMPHI_HTTP_PORT',
    apply: (config: Draft, value: string) => (section(config, 'http').port = Number(value)),
  },
  {
    option: 'sip',
    variable: 'AMPHI_SIP_PORT',
    apply: (config: Draft, value: string) => (section(config, 'sip').port = Number(value)),
  },
];

type Draft = Record<string, unknown>;
interface Setting {
  option?: string;
  variable: string;
  apply: (config: Draft, value: string) => unknown;
}

/**
 * The configuration: file, then environment, then command line; defaults for the rest. Paths become absolute.
 *
 * @throws UserError that names the wrong key or option
 */
export function loadConfig(args: string[], environment: NodeJS.ProcessEnv): Config {
  const options = parseOptions(args);
  const file = options.config ?? environment.AMPHI_CONFIG;
  const draft: Draft = file === undefined ? {} : readFile(file);
  for (const { option, variable, apply } of settings) {
    const value = (option === undefined ? undefined : options[option]) ?? environment[variable];
    if (value !== undefined) apply(draft, value);
  }
  const config = validate(draft, file ?? 'the options');
  config.dataDir = path.resolve(projectRoot, config.dataDir);
  if (config.backup.directory !== null)
    config.backup.directory = path.resolve(projectRoot, config.backup.directory);
  return config;
}

function parseOptions(args: string[]): Record<string, string | undefined> {
  const names = ['config', ...settings.flatMap(({ option }) => option ?? [])];
  try {
    const options = Object.fromEntries(names.map(name => [name, { type: 'string' as const }]));
    return parseArgs({ args, options, strict: true }).values;
  } catch (cause) {
    throw new UserError(
      'bad-option',
      `${messageOf(cause)}. Options: ${names.map(name => `--${name}`).join(', ')}.`,
      { cause },
    );
  }
}

function readFile(file: string): Draft {
  try {
    const value: unknown = parse(fs.readFileSync(file, 'utf8'));
    if (value === null) return {};
    if (typeof value !== 'object' || Array.isArray(value)) throw new Error('it must hold keys and values');
    return value as Draft;
  } catch (cause) {
    throw new UserError('bad-config', `The configuration ${file} cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function section(config: Draft, name: string): Draft {
  return (config[name] ??= {}) as Draft;
}

/** Fills in defaults. @throws UserError naming the first wrong key */
export function validate(draft: unknown, origin: string): Config {
  const config = Value.Default(Config, structuredClone(draft));
  if (Value.Check(Config, config)) return config;
  const [first] = Value.Errors(Config, config);
  const key = (first?.instancePath ?? '').split('/').filter(Boolean).join('.');
  // typebox reports a key that the schema does not have as one whose schema is `false`.
  const problem =
    first?.keyword === 'boolean' ? `there is no key ${key}` : `${key} ${first?.message ?? 'is wrong'}`;
  throw new UserError('bad-config', `In ${origin}: ${problem}. config/reference.yaml shows every key.`);
}
