import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import Type from 'typebox';
import Value from 'typebox/value';
import { paymentSettings, paymentVariables } from './payment-config.ts';
import type { PaymentSettings } from './payment-settings.ts';
import { smsSettings, smsVariables } from './sms/sms-config.ts';
import type { SmsSettings } from './sms/sms-settings.ts';

/** The folder that holds package.json, with a trailing slash. */
export const projectFolder = fileURLToPath(new URL('../../', import.meta.url));

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

// Every variable the program reads. The description is what a person is told when the value is wrong.
const Variables = Type.Object({
  PORT: Type.Integer({
    minimum: 0,
    maximum: 65535,
    default: 8000,
    description: 'a port number from 0 to 65535 (0: any free port)',
  }),
  HOST: Type.String({
    minLength: 1,
    default: '127.0.0.1',
    description: 'an address to listen on, like 127.0.0.1 or ::',
  }),
  DATABASE_URL: Type.Optional(
    Type.String({ pattern: '^postgres(ql)?://.+', description: 'a URL like postgres://user:password@host:5432/name' }),
  ),
  SHANHUO_DATA: Type.Optional(Type.String({ minLength: 1, description: 'a folder for database, files and secret' })),
  SHANHUO_SECRET: Type.Optional(Type.String({ minLength: 32, description: 'at least 32 characters, kept secret' })),
  SHANHUO_WORKERS: Type.Integer({
    minimum: 1,
    maximum: 256,
    default: 1,
    description: `a number of processes from 1 to 256 (this machine has ${availableParallelism()} cores)`,
  }),
  SHANHUO_PUBLIC_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^/?#\\s]+$',
      description: 'the address people type, like https://shop.example.cn, without a path',
    }),
  ),
  SHANHUO_REGION_HEADER: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z][A-Za-z0-9-]*$',
      description: 'the name of a request header, like X-Region, that the proxy in front sets and visitors cannot',
    }),
  ),
  SHANHUO_LOG_WITNESSES: Type.Optional(
    Type.String({
      pattern: '^[^\\s+]+\\+[0-9a-f]{8}\\+[A-Za-z0-9+/=]{44}(\\s+[^\\s+]+\\+[0-9a-f]{8}\\+[A-Za-z0-9+/=]{44})*$',
      description: 'public keys of witnesses like name+1a2b3c4d+base64, with spaces between them',
    }),
  ),
  SHANHUO_DEMO: Type.Optional(
    Type.Boolean({ description: 'true or false: whether an empty database is filled with the demo counties' }),
  ),
  ...paymentVariables,
  ...smsVariables,
  LOG_LEVEL: Type.Union(
    logLevels.map((level) => Type.Literal(level)),
    { default: 'info', description: `one of ${logLevels.join(', ')}` },
  ),
});

type Variable = keyof typeof Variables.properties;

/** What the program was told at start, checked. Nothing else reads the environment. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Your own PostgreSQL; absent: the embedded one, in the data folder. */
  readonly databaseUrl: string | undefined;
  /** Absolute. Holds the embedded database, uploaded files and the secret. */
  readonly dataFolder: string;
  /** At least 32 characters; every key is derived from it. */
  readonly secret: string;
  readonly workers: number;
  /** Origin without a trailing slash; links and codes that leave the program start with it. */
  readonly publicUrl: string;
  /** Header in which the proxy in front says a visitor's province, in small letters; undefined: nobody says. */
  readonly regionHeader: string | undefined;
  /** Witnesses whose cosignatures the public log takes, as name+id+base64. */
  readonly logWitnesses: readonly string[];
  /** Whether an empty database is filled with the demo counties. */
  readonly demo: boolean;
  /** Real payment providers; null each where none is configured. */
  readonly payments: PaymentSettings;
  /** The service for text messages; null: none. */
  readonly sms: SmsSettings | null;
  /** Whether the sandbox takes payments and, where there is no service for messages, sign-in codes are shown. */
  readonly sandbox: boolean;
  readonly logLevel: (typeof logLevels)[number];
}

/** Names every wrong variable and what is allowed; meant to be shown to the person who starts the program. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** Where the data folder is; the one place that knows the default. */
export function dataFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.SHANHUO_DATA ? resolve(env.SHANHUO_DATA) : join(projectFolder, '.data');
}

/**
 * Read and check the environment. Makes the data folder, and in it the secret when none is given.
 *
 * @throws ConfigError naming each wrong variable and what is allowed
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  // An empty variable is how shells and compose files say "not set".
  const given = Object.fromEntries(
    Object.keys(Variables.properties).flatMap((k) => (env[k] ? [[k, parsed(k as Variable, env[k])]] : [])),
  );
  const values = Value.Default(Variables, given);
  if (!Value.Check(Variables, values)) throw new ConfigError(wrongVariables(values));

  const publicUrl = values.SHANHUO_PUBLIC_URL ?? `http://${localName(values.HOST)}:${values.PORT}`;
  const { settings: payments, wrong } = paymentSettings(values, publicUrl);
  const { settings: sms, wrong: wrongSms } = smsSettings(values);
  wrong.push(...wrongSms);
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'));

  const folder = dataFolder(env);
  return {
    port: values.PORT,
    host: values.HOST,
    databaseUrl: values.DATABASE_URL,
    dataFolder: folder,
    secret: values.SHANHUO_SECRET ?? keptSecret(folder),
    workers: values.SHANHUO_WORKERS,
    publicUrl,
    regionHeader: values.SHANHUO_REGION_HEADER?.toLowerCase(),
    logWitnesses: values.SHANHUO_LOG_WITNESSES?.split(/\s+/) ?? [],
    // Its accounts have a password that everybody knows, so a shop with a public name gets them only when it asks.
    demo: values.SHANHUO_DEMO ?? !values.SHANHUO_PUBLIC_URL?.startsWith('https:'),
    payments,
    sms,
    // Where real money is paid, nobody is to pay with none, or to sign in by a code that the page shows.
    sandbox: values.SHANHUO_SANDBOX ?? (payments.wechat === null && payments.alipay === null),
    logLevel: values.LOG_LEVEL,
  };
}

// Only what is plainly a number or a truth: a lenient reading would take 1.5 workers for one.
function parsed(name: Variable, text: string): string | number | boolean {
  const { type } = Variables.properties[name] as { type?: string };
  if (type === 'integer' && /^\d{1,9}$/.test(text)) return Number(text);
  if (type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}

function wrongVariables(values: unknown): string {
  const names = new Set(Value.Errors(Variables, values).map((error) => error.instancePath.slice(1)));
  return [...names]
    .map((name) => {
      const schema = Variables.properties[name as Variable] as Type.TSchema & {
        description?: string;
      };
      // The value itself is not repeated: it may be a password.
      return `${name} must be ${schema.description}`;
    })
    .join('\n');
}

/** The name in a URL for an address that is listened on: "everywhere" is none that a person can open. */
export function localName(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** The secret made at the first start. Losing it makes sealed household data unreadable: it belongs in the backup. */
function keptSecret(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'secret');
  try {
    // 'wx' makes exactly one of several processes that start together the author.
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < 32) throw new ConfigError(`${file} must hold at least 32 characters; it holds ${secret.length}`);
  return secret;
}
