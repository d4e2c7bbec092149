import type { FastifyInstance } from 'fastify';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Lang, refusePlatform } from '#platform/errors.ts';
import { serve } from '#platform/http/serve.ts';
import type { County } from '#platform/ids.ts';
import { accountById, accountNames, accountsOf, sumsByKind } from './accounts/accounts.queries.ts';
import { towards } from './accounts/balance.ts';
import { type AccountKind, accountKinds, ledger } from './contract.ts';
import { accountName, ownerNames } from './owner-names.ts';
import { refuse } from './refuse.ts';
import { stateOfHold, type TransferFilter, transfersWhere } from './transfers/transfers.queries.ts';

export function ledgerRoutes(app: FastifyInstance, at: Context): void {
  const { db } = at;

  serve(app, ledger.accounts, async ({ params: { county }, query, by, lang }) => {
    const { page = 1, size = 20 } = query;
    const accounts = accountsOf(db, county, query);
    const { total } = await accounts.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    const rows = await accounts
      .selectAll()
      .orderBy('kind')
      .orderBy((e) => e.fn<number>('greatest', ['debits_posted', 'credits_posted']), 'desc')
      .orderBy('id')
      .limit(size)
      .offset((page - 1) * size)
      .execute();
    return { rows: await toAnswer(at, by, county, rows as AccountRow[], lang), total, page, size };
  });

  serve(app, ledger.account, async ({ params: { county, id }, by, lang }) => {
    const row = await accountById(db, county, id);
    if (!row) throw refuse('account-not-found', { account: id });
    const [answer] = await toAnswer(at, by, county, [row as AccountRow], lang);
    return answer as NonNullable<typeof answer>;
  });

  serve(app, ledger.transfers, async ({ params: { county }, query, by, lang }) => {
    const { page = 1, size = 20 } = query;
    const { total } = await transfersWhere(db, county, query)
      .select((e) => e.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    return { rows: await transfers(at, by, county, query, lang, page, size), total, page, size };
  });

  serve(app, ledger.transfer, async ({ params: { county, id }, by, lang }) => {
    const [found] = await transfers(at, by, county, { id }, lang, 1, 1);
    if (!found) throw refusePlatform('not-found');
    return found;
  });

  serve(app, ledger.trialBalance, async ({ params: { county }, lang }) => {
    const sums = new Map((await sumsByKind(db, county)).map((row) => [row.kind, row]));
    const rows = (Object.keys(accountKinds) as AccountKind[]).flatMap((kind) => {
      const row = sums.get(kind);
      if (!row) return [];
      const sign = accountKinds[kind].side === 'debit' ? 1 : -1;
      return [{ ...row, kindName: accountKinds[kind][lang], balance: sign * (row.debits - row.credits) + 0 }];
    });
    const debits = rows.reduce((sum, row) => sum + row.debits, 0);
    const credits = rows.reduce((sum, row) => sum + row.credits, 0);
    return { rows, debits, credits, balanced: debits === credits };
  });
}

type AccountRow = NonNullable<Awaited<ReturnType<typeof accountById>>> & { kind: AccountKind };

async function toAnswer(at: Context, by: Actor, county: County, rows: readonly AccountRow[], lang: Lang) {
  const nameOf = await ownerNames(at, by, county, rows, lang);
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    kindName: accountKinds[row.kind][lang],
    owner: row.owner,
    ownerName: nameOf(row),
    currency: row.currency,
    side: row.normal_side,
    ...towards({
      side: row.normal_side,
      debitsPending: row.debits_pending,
      debitsPosted: row.debits_posted,
      creditsPending: row.credits_pending,
      creditsPosted: row.credits_posted,
    }),
    closedAt: row.closed_at,
  }));
}

async function transfers(
  at: Context,
  by: Actor,
  county: County,
  filter: TransferFilter,
  lang: Lang,
  page: number,
  size: number,
) {
  const rows = await transfersWhere(at.db, county, filter)
    .select(['t.id', 't.kind', 't.debit', 't.credit', 't.amount_fen as fen', 't.pending'])
    .select(stateOfHold.as('pendingState'))
    .select(['t.reason', 't.evidence_kind as evidenceKind', 't.evidence', 't.created_at as at'])
    .orderBy('t.created_at', 'desc')
    .orderBy('t.id', 'desc')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  const accounts = await accountNames(at.db, county, [...new Set(rows.flatMap((row) => [row.debit, row.credit]))]);
  const owned = accounts.map((account) => ({ ...account, kind: account.kind as AccountKind }));
  const nameOf = await ownerNames(at, by, county, owned, lang);
  const names = new Map(owned.map((account) => [account.id, accountName(account, nameOf(account), lang)]));
  return rows.map((row) => ({
    ...row,
    debitName: names.get(row.debit) ?? '—',
    creditName: names.get(row.credit) ?? '—',
  }));
}
