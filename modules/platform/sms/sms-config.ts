import { readFileSync } from 'node:fs';
import Type from 'typebox';
import type { SmsSettings } from './sms-settings.ts';

const template = (what: string) =>
  Type.Optional(
    Type.String({
      pattern: '^SMS_\\d+$',
      description: `the number of the approved text for ${what}, like SMS_154950909`,
    }),
  );

/** Every variable about text messages. The secret stands in a file, as keys of payments do. */
export const smsVariables = {
  SHANHUO_SMS_KEY_ID: Type.Optional(
    Type.String({ pattern: '^\\w{8,64}$', description: 'an AccessKey ID of Alibaba Cloud' }),
  ),
  SHANHUO_SMS_KEY_SECRET_FILE: Type.Optional(
    Type.String({ minLength: 1, description: 'a file with the AccessKey secret' }),
  ),
  SHANHUO_SMS_SIGN_NAME: Type.Optional(
    Type.String({ minLength: 2, maxLength: 20, description: 'an approved signature (短信签名), without brackets' }),
  ),
  SHANHUO_SMS_CODE_TEMPLATE: template('sign-in codes'),
  SHANHUO_SMS_RECALL_TEMPLATE: template('recalls'),
  SHANHUO_SMS_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^/?#\\s]+$',
      description: 'the address of the message service, without a path',
    }),
  ),
} as const;

export type SmsValues = { [name in keyof typeof smsVariables]?: string };

const needs = ['KEY_ID', 'KEY_SECRET_FILE', 'SIGN_NAME', 'CODE_TEMPLATE'] as const;
const TIMEOUT_MS = 8000;

/**
 * What is configured of text messages, the secret read. None is none; half of it is refused.
 *
 * @returns the settings, and what is wrong with them, one line each
 */
export function smsSettings(values: SmsValues): { settings: SmsSettings | null; wrong: string[] } {
  const names = Object.keys(smsVariables) as (keyof SmsValues)[];
  if (!names.some((name) => values[name] !== undefined)) return { settings: null, wrong: [] };
  const wrong = needs
    .map((need) => `SHANHUO_SMS_${need}` as const)
    .filter((name) => !values[name])
    .map((name) => `${name} is missing: text messages need all of their settings`);
  let secret = '';
  const file = values.SHANHUO_SMS_KEY_SECRET_FILE;
  if (file) {
    try {
      secret = readFileSync(file, 'utf8').trim();
      if (!/^\w{8,128}$/.test(secret))
        wrong.push('SHANHUO_SMS_KEY_SECRET_FILE must hold the AccessKey secret and nothing else');
    } catch {
      wrong.push(
        'SHANHUO_SMS_KEY_SECRET_FILE must be a file with the AccessKey secret; the one that is named cannot be read',
      );
    }
  }
  if (wrong.length > 0) return { settings: null, wrong };
  const settings: SmsSettings = {
    baseUrl: values.SHANHUO_SMS_URL ?? 'https://dysmsapi.aliyuncs.com',
    accessKeyId: values.SHANHUO_SMS_KEY_ID as string,
    accessKeySecret: secret,
    signName: values.SHANHUO_SMS_SIGN_NAME as string,
    templates: {
      code: values.SHANHUO_SMS_CODE_TEMPLATE as string,
      recall: values.SHANHUO_SMS_RECALL_TEMPLATE ?? null,
    },
    timeoutMs: TIMEOUT_MS,
  };
  return { settings, wrong };
}
