import type { FastifyInstance } from 'fastify';
import type { Selectable } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { addDays, dayOf, startOfDay } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import type { DB } from '#platform/database/tables.ts';
import { type Db, once } from '#platform/db.ts';
import { type Lang, refusePlatform } from '#platform/errors.ts';
import { serve } from '#platform/http/serve.ts';
import type { County } from '#platform/ids.ts';
import { movesOf } from './accounts/account-moves.queries.ts';
import { accountNames, accountsOf } from './accounts/accounts.queries.ts';
import { balance, balanceAt, sumsByKind, towards } from './accounts/balance.ts';
import { closeAccount } from './accounts/close-account.ts';
import { accountsReadableBy } from './accounts/may-read.ts';
import { reopenAccount } from './accounts/reopen-account.ts';
import { accountStatement } from './accounts/statement.ts';
import { type AccountKind, accountKinds, ledger } from './contract.ts';
import { accountName, ownerNames, withActorNames } from './owner-names.ts';
import { reconcileRoutes } from './reconcile/reconcile.routes.ts';
import { refuse } from './refuse.ts';
import { stateOfHold, type TransferFilter, transfersWhere } from './transfers/transfers.queries.ts';

export function ledgerRoutes(app: FastifyInstance, at: Context): void {
  const { db } = at;
  reconcileRoutes(app, at);

  serve(app, ledger.accounts, async ({ params: { county }, query, by, lang }) => {
    const { page = 1, size = 20 } = query;
    const accounts = accountsOf(db, county, query, accountsReadableBy(by, county));
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

  /** @throws Refusal `account-not-found`, also for an account that is not the reader's to see */
  const readable = async (by: Actor, county: County, id: string): Promise<AccountRow> => {
    const row = await accountsOf(db, county, { id }, accountsReadableBy(by, county)).selectAll().executeTakeFirst();
    if (!row) throw refuse('account-not-found', { account: id });
    return row as AccountRow;
  };

  const oneAccount = async (tx: Db, by: Actor, county: County, row: AccountRow, lang: Lang) => {
    const [answer] = await toAnswer(at, by, county, [row], lang);
    return {
      ...(answer as NonNullable<typeof answer>),
      closable: accountKinds[row.kind].closable,
      moves: await withActorNames(tx, await movesOf(tx, county, row.id)),
    };
  };

  serve(app, ledger.account, async ({ params: { county, id }, by, lang }) =>
    oneAccount(db, by, county, await readable(by, county, id), lang),
  );

  serve(app, ledger.balanceAt, async ({ params: { county, id }, query, by }) => {
    await readable(by, county, id);
    const then = query.at ? new Date(query.at) : null;
    const sums = await (then ? balanceAt(db, county, id, then) : balance(db, county, id));
    const { side, balance: has, pending, debitsPosted: debits, creditsPosted: credits } = sums;
    return { at: then ?? at.clock.now(), side, balance: has, pending, debits, credits };
  });

  serve(app, ledger.accountStatement, async ({ params: { county, id }, query, by, lang }) => {
    await readable(by, county, id);
    const { page = 1, size = 20, to = dayOf(at.clock.now()) } = query;
    const from = query.from ?? `${to.slice(0, 7)}-01`;
    const { rows, ...sums } = await accountStatement(db, county, id, { from, to, page, size });
    const nameOf = await namesOfAccounts(
      at,
      by,
      county,
      rows.map((movement) => movement.other),
      lang,
    );
    return {
      ...{ from, to, page, size },
      ...sums,
      rows: rows.map((movement) => ({ ...movement, otherName: nameOf(movement.other) })),
    };
  });

  const moved = (route: typeof ledger.closeAccount | typeof ledger.reopenAccount, act: typeof closeAccount) =>
    serve(app, route, ({ params: { county, id }, body: { reason }, by, key, lang }) =>
      once(db, key, async (tx) => {
        await act(tx, at.clock.now(), by, { county, account: id, reason });
        const row = await accountsOf(tx, county, { id }, null).selectAll().executeTakeFirstOrThrow();
        return oneAccount(tx, by, county, row as AccountRow, lang);
      }),
    );
  moved(ledger.closeAccount, closeAccount);
  moved(ledger.reopenAccount, reopenAccount);

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

  serve(app, ledger.trialBalance, async ({ params: { county }, query: { day }, lang }) => {
    const until = day ? new Date(startOfDay(addDays(day, 1)).getTime() - 1) : undefined;
    const sums = new Map((await sumsByKind(db, county, until)).map((row) => [row.kind, row]));
    const rows = (Object.keys(accountKinds) as AccountKind[]).flatMap((kind) => {
      const row = sums.get(kind);
      if (!row) return [];
      const { side } = accountKinds[kind];
      const { accounts, debitsPosted: debits, creditsPosted: credits } = row;
      return [{ kind, kindName: accountKinds[kind][lang], accounts, debits, credits, ...towards({ ...row, side }) }];
    });
    const debits = rows.reduce((sum, row) => sum + row.debits, 0);
    const credits = rows.reduce((sum, row) => sum + row.credits, 0);
    return { day: day ?? null, rows, debits, credits, balanced: debits === credits };
  });
}

type AccountRow = Selectable<DB['ledger.account']> & { kind: AccountKind };

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
  const nameOf = await namesOfAccounts(
    at,
    by,
    county,
    rows.flatMap((row) => [row.debit, row.credit]),
    lang,
  );
  return rows.map((row) => ({ ...row, debitName: nameOf(row.debit), creditName: nameOf(row.credit) }));
}

/** A function that names accounts of a county by their id. */
async function namesOfAccounts(at: Context, by: Actor, county: County, ids: readonly string[], lang: Lang) {
  const accounts = await accountNames(at.db, county, [...new Set(ids)]);
  const owned = accounts.map((account) => ({ ...account, kind: account.kind as AccountKind }));
  const nameOf = await ownerNames(at, by, county, owned, lang);
  const names = new Map(owned.map((account) => [account.id, accountName(account, nameOf(account), lang)]));
  return (id: string) => names.get(id) ?? '—';
}
