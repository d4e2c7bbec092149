import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AliyunSms } from '../../../test/emulators/aliyun-sms.ts';
import { authorization, sendSms } from './send-sms.ts';
import { smsSettings } from './sms-config.ts';

const service = await AliyunSms.start();
after(() => service.stop());
const to = { phone: '10000000001', kind: 'code', words: { code: '012345' } } as const;

test('half of the settings is refused, each by its name; none is none', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'shanhuo-sms-'));
  t.after(() => rm(folder, { recursive: true }));
  const [good, empty] = [join(folder, 'secret'), join(folder, 'empty')];
  await writeFile(good, 'EmulatorSecret0123456789\n');
  await writeFile(empty, '');
  const whole = {
    SHANHUO_SMS_KEY_ID: 'LTAI5tEmulator01',
    SHANHUO_SMS_KEY_SECRET_FILE: good,
    SHANHUO_SMS_SIGN_NAME: '山货',
    SHANHUO_SMS_CODE_TEMPLATE: 'SMS_100001',
  };
  for (const name of Object.keys(whole) as (keyof typeof whole)[]) {
    const { settings, wrong } = smsSettings({ ...whole, [name]: undefined });
    assert.equal(settings, null);
    assert.deepEqual(wrong, [`${name} is missing: text messages need all of their settings`]);
  }
  for (const file of [join(folder, 'nowhere'), empty]) {
    const { settings, wrong } = smsSettings({ ...whole, SHANHUO_SMS_KEY_SECRET_FILE: file });
    assert.equal(settings, null);
    assert.match(wrong.join(), /^SHANHUO_SMS_KEY_SECRET_FILE must/);
  }
  assert.deepEqual(smsSettings({}), { settings: null, wrong: [] });
  const { settings } = smsSettings(whole);
  assert.equal(settings?.accessKeySecret, 'EmulatorSecret0123456789');
  assert.deepEqual(settings?.templates, { code: 'SMS_100001', recall: null });
});

test('the signature is the one that Alibaba Cloud’s own program makes', () => {
  // Taken from a request of @alicloud/dysmsapi20170525 4.6.0 (openapi-core 1.0.8) with an invented key, 28 November 2026.
  const signed = authorization(
    { accessKeyId: 'LTAI5tTestKeyId', accessKeySecret: 'TestSecret123' },
    {
      PhoneNumbers: '10000000001',
      SignName: '山货',
      TemplateCode: 'SMS_154950909',
      TemplateParam: '{"code":"012345"}',
      OutId: 'a b*~',
    },
    {
      host: '127.0.0.1:39871',
      'x-acs-version': '2017-05-25',
      'x-acs-action': 'SendSms',
      'x-acs-date': '2026-11-28T07:22:20Z',
      'x-acs-signature-nonce': 'e97e8cdaef785a0d838680d5f7bc6d7d7b07877e3c930f1449a9d965c2cd6501',
      'x-acs-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'x-acs-credentials-provider': 'static_ak',
    },
  );
  assert.equal(
    signed,
    'ACS3-HMAC-SHA256 Credential=LTAI5tTestKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=7485e5e1aa44ffffbbcde2165504f8f9d0a234d93715ce071e7173f07c0d7c04',
  );
});

test('what the service says is told apart', async () => {
  const settings = service.settings();
  const table: [string, Parameters<typeof service.faults.next>[1], Awaited<ReturnType<typeof sendSms>>['outcome']][] = [
    ['five in an hour', { code: 'isv.BUSINESS_LIMIT_CONTROL' }, 'limited'],
    ['too fast for the account', { code: 'Throttling.User' }, 'limited'],
    ['no such phone', { code: 'isv.MOBILE_NUMBER_ILLEGAL' }, 'phone'],
    ['the account is empty', { code: 'isv.AMOUNT_NOT_ENOUGH' }, 'refused'],
    ['the service is down', { code: 'ServiceUnavailable' }, 'unclear'],
    ['no answer', 'silent', 'unclear'],
    ['it went out, but nobody says so', 'answer-lost', 'unclear'],
  ];
  for (const [name, fault, outcome] of table) {
    service.faults.next('SendSms', fault);
    assert.equal((await sendSms(settings, to)).outcome, outcome, name);
  }
  const wrong = (over: Parameters<typeof service.settings>[0]) => sendSms(service.settings(over), to);
  assert.deepEqual(await wrong({ accessKeySecret: 'another' }), { outcome: 'refused', why: 'SignatureDoesNotMatch' });
  assert.deepEqual(await wrong({ signName: '别人' }), { outcome: 'refused', why: 'isv.SMS_SIGNATURE_ILLEGAL' });
  assert.equal((await wrong({ baseUrl: 'http://127.0.0.1:1' })).outcome, 'unclear');
  await assert.rejects(wrong({ templates: { code: null, recall: null } }), /no text for messages of kind code/);
});

test('a message goes out with the words of its text', async () => {
  const before = service.sent.length;
  const sent = await sendSms(service.settings(), { ...to, words: { code: '(1)*!\' ~&=%山"' } });
  assert.equal(sent.outcome, 'sent');
  assert.match(sent.outcome === 'sent' ? sent.number : '', /^9006197\d+\^0$/);
  assert.deepEqual(service.sent.slice(before), [
    { phone: '10000000001', template: 'SMS_100001', words: { code: '(1)*!\' ~&=%山"' } },
  ]);
});
