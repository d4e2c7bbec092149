import Type, { type TObject, type TProperties, type TSchema } from 'typebox';

/** Schemas that several contracts share; each is one idea of the real world with its limits. */
export const County = Type.Integer({
  minimum: 110000,
  maximum: 999999,
  description: '六位县级区划代码 six-digit county code',
});
export const Id = Type.String({ format: 'uuid' });
export const Fen = Type.Integer({ minimum: 0, maximum: 9_000_000_000_000, description: '分 whole fen' });
export const SignedFen = Type.Integer({
  minimum: -9_000_000_000_000,
  maximum: 9_000_000_000_000,
  description: '分 whole fen',
});
export const Grams = Type.Integer({ minimum: 0, maximum: 9_000_000_000_000, description: '克 whole grams' });
export const Day = Type.String({ format: 'date', description: 'YYYY-MM-DD, Asia/Shanghai' });
export const Month = Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])$', description: 'YYYY-MM, Asia/Shanghai' });
export const Instant = Type.Unsafe<Date | string>({ type: 'string', format: 'date-time' });
export const RegionCode = Type.String({
  pattern: '^\\d{12}$',
  description: '12 位统计用区划代码 twelve-digit region code',
});
export const RegionPrefix = Type.String({ pattern: '^(\\d{2}|\\d{4}|\\d{6}|\\d{9}|\\d{12})?$' });
export const Phone = Type.String({ pattern: '^1\\d{10}$', description: '11 位手机号 mainland mobile number' });
export const Name = Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' });
export const Text = Type.String({ maxLength: 4000 });
export const Reason = Type.String({ minLength: 2, maxLength: 200, pattern: '\\S' });

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** Query of a list: page from 1. */
export const PageQuery = {
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, default: 1 })),
  size: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 20 })),
};

/** One page of a list. */
export const Paged = <T extends TSchema>(row: T) =>
  Type.Object({ rows: Type.Array(row), total: Type.Integer(), page: Type.Integer(), size: Type.Integer() });

/** An input object: fields that are not listed are refused, not dropped. */
export const Input = <T extends TProperties>(properties: T): TObject<T> =>
  Type.Object(properties, { additionalProperties: false });
