import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Context } from '#platform/context.ts';
import { AliyunSms } from '../../../test/emulators/aliyun-sms.ts';
import { testContext } from '../../../test/fixtures.ts';
import { refusalOf } from '../../../test/fixtures-trade.ts';
import { askPhoneCode } from './ask-phone-code.ts';
import { askOwnCode, provePhone } from './prove-phone.ts';
import { signInByPhone } from './sign-in-by-phone.ts';

const service = await AliyunSms.start();
after(() => service.stop());
const house = await testContext();
const at: Context = { ...house.at, sandbox: false, sms: service.settings() };

test('no code without a service, outside the sandbox; none where the service does not send it', async () => {
  const phone = '10000000010';
  assert.equal((await refusalOf(askPhoneCode({ ...at, sms: undefined }, { phone }))).code, 'phone-code-not-sent');
  service.faults.next('SendSms', { code: 'isv.AMOUNT_NOT_ENOUGH' }, 'silent', { code: 'isv.BUSINESS_LIMIT_CONTROL' });
  assert.equal((await refusalOf(askPhoneCode(at, { phone }))).code, 'phone-code-not-sent');
  assert.equal((await refusalOf(askPhoneCode(at, { phone }))).code, 'phone-code-not-sent');
  assert.equal((await refusalOf(askPhoneCode(at, { phone }))).code, 'too-many-requests');
});

test('a code comes by message and is not shown, also in the sandbox', async () => {
  for (const [sandbox, phone] of [
    [false, '10000000011'],
    [true, '10000000012'],
  ] as const) {
    service.sent.splice(0);
    const real = { ...at, sandbox };
    const asked = await askPhoneCode(real, { phone });
    assert.equal(asked.sandboxCode, null);
    const [message] = service.sent;
    assert.equal(message?.phone, phone);
    assert.equal(message?.template, 'SMS_100001');
    const code = message?.words.code ?? '';
    assert.match(code, /^\d{6}$/);
    const wrong = code === '000000' ? '000001' : '000000';
    assert.equal((await refusalOf(signInByPhone(real, { phone, code: wrong }))).code, 'phone-code-wrong');
    const signed = await signInByPhone(real, { phone, code, name: '林小满' });
    assert.ok(signed);
  }
});

test('what one signs with comes to the phone one signed in by', async () => {
  const phone = '10000000013';
  await askPhoneCode(at, { phone });
  const { code = '' } = service.sent.at(-1)?.words ?? {};
  const { by } = await signInByPhone(at, { phone, code, name: '林小满' });
  assert.deepEqual(await askOwnCode(at, by), { sandboxCode: null });
  assert.equal(service.sent.at(-1)?.phone, phone);
  await provePhone(at, by, service.sent.at(-1)?.words.code ?? '');
  assert.equal((await refusalOf(askOwnCode(at, { ...by, person: 'nobody' }))).code, 'phone-unknown');
});
