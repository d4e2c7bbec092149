import Type from 'typebox';
import { contract } from '#platform/http/contract.ts';
import { County, Id, Input, Month, Reason, SignedFen } from '#platform/http/schemas.ts';

const Base64 = Type.String({ description: '标准 base64 standard base 64' });
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** Whose tree, how large, and its root (RFC 6962). */
const Tree = { origin: Type.String(), size: Count, root: Base64 };
const Opened = Type.Object({
  entry: Id,
  index: Count,
  mechanism: Type.String(),
  month: Month,
  fen: SignedFen,
  /** opens this line and no other */
  opening: Type.String(),
  /** the page that checks it; the opening stands after #, which browsers do not send */
  url: Type.String(),
});
const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const notOpened = ['entry-not-found', 'not-in-log-yet', 'opening-erased'] as const;

/** The public log beside its files (/log/checkpoint, /log/tile/…), which are no JSON. */
export const logRoutes = contract({
  publicLog: {
    method: 'GET',
    path: '/api/public-log',
    summary: '公开账：名称、公钥、条数 The public log: its name, keys and size',
    who: 'anyone',
    answer: Type.Object({
      ...Tree,
      /** below this address lie checkpoint and tiles */
      prefix: Type.String(),
      /** name+id+base64, as other programs take them (vkey) */
      keys: Type.Array(Type.String()),
      witnesses: Type.Array(Type.String()),
    }),
  },
  logInclusion: {
    method: 'GET',
    path: '/api/public-log/inclusion',
    summary: '一条在账里的证明 Proof that an entry is in the log (RFC 6962)',
    who: 'anyone',
    query: Input({ index: Count, size: Type.Optional(Count) }),
    answer: Type.Object({ ...Tree, index: Count, entry: Base64, hashes: Type.Array(Base64) }),
    refusals: ['checkpoint-unknown', 'no-such-leaf'],
  },
  logConsistency: {
    method: 'GET',
    path: '/api/public-log/consistency',
    summary: '账只增不改的证明 Proof that the log only grew (RFC 6962)',
    who: 'anyone',
    query: Input({ from: Count, to: Type.Optional(Count) }),
    answer: Type.Object({ ...Tree, from: Count, hashes: Type.Array(Base64) }),
    refusals: ['checkpoint-unknown', 'no-such-leaf'],
  },
  addCosignatures: {
    method: 'POST',
    path: '/api/public-log/cosignatures',
    summary: '见证人签名 Cosignatures of witnesses (C2SP tlog-cosignature v1)',
    who: 'anyone',
    // Of one witness and size the newest counts, so sending it again changes nothing.
    repeatable: true,
    perMinute: 60,
    body: Input({ note: Type.String({ minLength: 1, maxLength: 20_000 }) }),
    answer: Type.Object({ taken: Count }),
    refusals: ['note-broken', 'checkpoint-unknown', 'witness-unknown', 'cosignature-false'],
  },
  publicTotals: {
    method: 'GET',
    path: '/api/counties/:county/public-totals',
    summary: '公布的合计：按月、按机制 Published totals by month and mechanism',
    who: 'anyone',
    params: inCounty,
    answer: Type.Object({
      ...Tree,
      totals: Type.Array(
        Type.Object({ county: County, month: Month, mechanism: Type.String(), entries: Count, fen: SignedFen }),
      ),
    }),
  },
  ownOpening: {
    method: 'GET',
    path: '/api/counties/:county/me/openings/:id',
    summary: '给别人看我家的一笔：凭登录手机号 Show one of my household’s lines, by the phone signed in with',
    who: 'signed-in',
    params: one,
    answer: Type.Object({
      ...Opened.properties,
      /** the address as a code: its dark modules as one SVG path, and how many there are on a side */
      qr: Type.Object({ path: Type.String(), side: Type.Integer() }),
    }),
    refusals: [...notOpened],
  },
  householdOpening: {
    method: 'POST',
    path: '/api/counties/:county/households/:id/openings',
    summary: '替农户出示一笔（留痕）Show a household’s line on its behalf, logged',
    who: ['keeper', 'cadre', 'operator'],
    // Each call is a reading of its own, and its answer must not be kept under a key.
    repeatable: true,
    params: one,
    body: Input({ entry: Id, reason: Reason }),
    answer: Opened,
    refusals: ['household-not-found', ...notOpened],
  },
  orderOpenings: {
    method: 'GET',
    path: '/api/counties/:county/orders/:id/openings',
    summary: '这一单的分成在公开账里 The shares of an order in the public log (its buyer or staff)',
    who: 'signed-in',
    params: one,
    answer: Type.Object({
      /** entries of this order; those not yet in the log, or erased, have no line */
      entries: Count,
      lines: Type.Array(Opened),
    }),
    refusals: ['order-not-found'],
  },
  eraseOpenings: {
    method: 'POST',
    path: '/api/counties/:county/households/:id/opening-erasure',
    summary: '销毁农户的公开账钥匙 Throw away what opens a household’s lines',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ reason: Reason }),
    refusals: ['household-not-found', 'opening-erased'],
  },
});

export const logRefusals = {
  'checkpoint-unknown': {
    status: 404,
    field: 'size',
    zh: '公开账没有发布过 {size} 条的检查点',
    en: 'The public log never published a checkpoint of {size} entries',
  },
  'not-witnessed-yet': { status: 404, zh: '还没有见证人签名', en: 'No witness has cosigned yet' },
  'no-such-leaf': {
    status: 404,
    field: 'index',
    zh: '公开账只有 {size} 条，没有第 {index} 条',
    en: 'The public log has {size} entries, not {index}',
  },
  'note-broken': { status: 400, field: 'note', zh: '这不是签过名的检查点', en: 'This is no signed checkpoint: {why}' },
  'witness-unknown': {
    status: 403,
    field: 'note',
    zh: '没有认识的见证人的签名',
    en: 'No signature of a witness known here',
  },
  'cosignature-false': { status: 422, field: 'note', zh: '{name} 的签名不对', en: 'The signature of {name} is false' },
  'entry-not-found': { status: 404, field: 'entry', zh: '没有这一笔', en: 'No such entry' },
  'not-in-log-yet': {
    status: 409,
    zh: '这一笔刚记下，几秒后才进公开账，请稍后再试',
    en: 'This entry was just written down and enters the public log within seconds; please try again',
  },
  'opening-erased': {
    status: 410,
    zh: '这一户的公开账钥匙已经销毁，打不开了',
    en: 'What opened this household’s lines was thrown away',
  },
} as const;
