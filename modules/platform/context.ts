import type { Clock } from './clock.ts';
import type { Db } from './db.ts';
import type { FileStore } from './files.ts';
import type { PaymentSettings } from './payment-settings.ts';
import type { Sealer } from './secrets.ts';
import type { SmsSettings } from './sms/sms-settings.ts';

/**
 * What an act may use besides its input, handed in as its first argument. The database is always named, never
 * ambient; time and sealing are here too, so that a test can give its own.
 */
export interface Context {
  db: Db;
  clock: Clock;
  sealer: Sealer;
  files: FileStore;
  /** where buyers reach the shop, without a trailing slash: printed into codes */
  publicUrl: string;
  /** true while only the sandbox takes payments and messages; said on every screen it concerns */
  sandbox: boolean;
  /** name, in small letters, of the request header in which a proxy in front says where a visitor is; absent: none */
  regionHeader?: string;
  /** public keys of witnesses whose cosignatures the public log takes, as name+id+base64; absent: none */
  logWitnesses?: readonly string[];
  /** the merchant's accounts with real payment providers; absent: none */
  payments?: PaymentSettings;
  /** the account with a service for text messages; absent: none, and codes are shown in the sandbox */
  sms?: SmsSettings;
}
