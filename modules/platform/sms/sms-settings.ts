/** The account with Alibaba Cloud's message service (阿里云短信) and what may be sent by it: texts are approved beforehand. */
export interface SmsSettings {
  /** without a trailing slash; tests give their emulator's */
  baseUrl: string;
  accessKeyId: string;
  accessKeySecret: string;
  /** 短信签名, what stands in brackets before each message */
  signName: string;
  /** number of the text (模板) of each kind of message; null: none of that kind is sent */
  templates: Readonly<Record<SmsKind, string | null>>;
  /** how long an answer is waited for, in milliseconds */
  timeoutMs: number;
}

/** What a message is about, and what its text is given: `code` a `code`; `recall` a `product` and the number of its `order`. */
export type SmsKind = 'code' | 'recall';
