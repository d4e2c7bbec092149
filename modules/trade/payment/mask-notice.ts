// Fields in which providers say who paid: in JSON ("openid":"…") and in forms (buyer_logon_id=…).
const personal =
  'openid|sub_openid|sp_openid|buyer_id|buyer_logon_id|buyer_open_id|buyer_user_id|payer_name|payer_account|user_name|phone|mobile|cert_no';
const inJson = new RegExp(`("(?:${personal})"\\s*:\\s*")([^"]*)(")`, 'gi');
const inForm = new RegExp(`((?:^|&)(?:${personal})=)([^&]*)`, 'gi');

const half = (value: string) =>
  value.length <= 4 ? '****' : `${value.slice(0, 2)}${'*'.repeat(Math.min(value.length - 4, 12))}${value.slice(-2)}`;

/**
 * A notice's body for people to read: whole, but for who paid. What is stored stays as it came, since its signature is
 * over every byte.
 */
export const maskNotice = (body: string): string =>
  body
    .replace(inJson, (_, head: string, value: string, tail: string) => head + half(value) + tail)
    .replace(inForm, (_, head: string, value: string) => head + half(value))
    .replace(/(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)/g, '$1****$2');
