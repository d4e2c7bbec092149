import { Input, Pagination, Select, Table } from 'antd';
import type { ColumnType } from 'antd/es/table';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useWords } from '../i18n/index.tsx';
import { EmptyState, ErrorState, Loading } from './states.tsx';
import { usePhone } from './use-media.ts';
import type { UrlState } from './use-url-state.ts';

export type Column<Row> = {
  key: string;
  title: string;
  render: (row: Row) => ReactNode;
  width?: number;
  align?: 'left' | 'right' | 'center';
  /** the server can order by it; the order stands in the URL */
  sort?: boolean;
  /** where it goes on a phone's card: its title, half a line, a whole line, the right corner, or nowhere */
  card?: 'title' | 'line' | 'wide' | 'corner' | 'none';
};

export type Filter = {
  key: string;
  label: string;
  width?: number;
} & (
  | { options: readonly { value: string; label: string }[] }
  /** `unset`: what the list is of while nothing is chosen */
  | { type: 'date' | 'month'; unset?: string }
);

/**
 * A list kept by the server: search, filters, order and page stand in the URL. On a phone the same
 * rows are cards. Each row opens its page.
 */
export function DataTable<Row>({
  caption,
  columns,
  rows: own,
  state,
  rowKey,
  rowHref,
  query,
  filters,
  search,
  empty,
  summary,
  extra,
  onMore,
}: {
  /** what the rows are, read out to those who do not see the page */
  caption: string;
  columns: readonly Column<Row>[];
  /** where they are not the page that the query answers: all there are */
  rows?: readonly Row[];
  state: UrlState;
  rowKey: (row: Row) => string;
  rowHref?: (row: Row) => string | undefined;
  /** a page of rows, and how many the filter has in all; without that the list has no pages */
  query: {
    data?: { rows: readonly Row[]; total?: number };
    error: unknown;
    isFetching?: boolean;
    refetch: () => unknown;
  };
  filters?: readonly Filter[];
  /** placeholder of the search box; none, no box */
  search?: string;
  empty: { title: string; words?: string; action?: ReactNode };
  summary?: ReactNode;
  extra?: ReactNode;
  /** loads the next stretch of a list that goes on by cursor instead of pages */
  onMore?: { busy: boolean; load: () => void };
}) {
  const { t } = useWords();
  const phone = usePhone();
  const rows = own ?? query.data?.rows;
  const total = own ? undefined : query.data?.total;
  const filtered = Boolean(state.get('q')) || (filters ?? []).some((f) => state.get(f.key));
  return (
    <div className="list">
      {search || filters?.length || extra ? (
        <div className="list-tools">
          {search ? <SearchBox placeholder={search} state={state} /> : null}
          {filters?.map((filter) => (
            <FilterBox key={filter.key} filter={filter} state={state} />
          ))}
          {extra}
        </div>
      ) : null}
      {summary}
      {body()}
      {onMore ? (
        <p className="list-more">
          <button type="button" className="button-link" disabled={onMore.busy} onClick={onMore.load}>
            {onMore.busy ? t('state.loading') : t('list.more')}
          </button>
        </p>
      ) : null}
      {total !== undefined && total > state.size ? (
        <nav className="list-pages" aria-label={t('list.pages')}>
          <Pagination
            current={state.page}
            pageSize={state.size}
            total={total}
            simple={phone}
            showSizeChanger={!phone}
            pageSizeOptions={[10, 20, 50, 100]}
            showTotal={phone ? undefined : (all) => t('list.total', { n: all })}
            onChange={(page, size) => state.set(size === state.size ? { page } : { size, page: 1 })}
          />
        </nav>
      ) : null}
    </div>
  );

  function body() {
    if (!rows) return query.error ? <ErrorState error={query.error} retry={() => void query.refetch()} /> : <Loading />;
    if (rows.length === 0) {
      return filtered ? (
        <EmptyState
          title={t('list.noMatch')}
          action={
            <button
              type="button"
              className="button-link"
              onClick={() =>
                state.set(Object.fromEntries([['q', undefined], ...(filters ?? []).map((f) => [f.key, undefined])]))
              }
            >
              {t('list.clear')}
            </button>
          }
        />
      ) : (
        <EmptyState title={empty.title} action={empty.action}>
          {empty.words}
        </EmptyState>
      );
    }
    return phone ? (
      <Cards columns={columns} rows={rows} rowKey={rowKey} rowHref={rowHref} caption={caption} />
    ) : (
      <Rows
        columns={columns}
        rows={rows}
        rowKey={rowKey}
        rowHref={rowHref}
        caption={caption}
        state={state}
        busy={query.isFetching ?? false}
      />
    );
  }
}

function Rows<Row>({
  columns,
  rows,
  rowKey,
  rowHref,
  caption,
  state,
  busy,
}: {
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  rowHref?: (row: Row) => string | undefined;
  caption: string;
  state?: UrlState;
  busy: boolean;
}) {
  const navigate = useNavigate();
  const sort = state?.get('sort') ?? '';
  const tableColumns: ColumnType<Row>[] = columns.map((column, i) => ({
    key: column.key,
    title: column.title,
    width: column.width,
    align: column.align,
    sorter: column.sort ? true : undefined,
    sortOrder: column.sort
      ? sort === column.key
        ? 'ascend'
        : sort === `-${column.key}`
          ? 'descend'
          : null
      : undefined,
    render: (_, row) => {
      const href = i === 0 ? rowHref?.(row) : undefined;
      return href ? (
        <Link className="row-link" to={href}>
          {column.render(row)}
        </Link>
      ) : (
        column.render(row)
      );
    },
  }));
  return (
    <Table<Row>
      size="small"
      className={rowHref ? 'rows rows-open' : 'rows'}
      aria-label={caption}
      columns={tableColumns}
      dataSource={rows as Row[]}
      rowKey={rowKey}
      pagination={false}
      loading={{ spinning: busy, delay: 400 }}
      onChange={(_pages, _filters, sorter) => {
        const one = Array.isArray(sorter) ? sorter[0] : sorter;
        const key = one?.order ? String(one.columnKey) : undefined;
        state?.set({ sort: key && one?.order === 'descend' ? `-${key}` : key });
      }}
      onRow={(row) => ({
        onClick: (event) => {
          const href = rowHref?.(row);
          // The whole row is pressable for a mouse; the link in its first cell is there for everyone.
          if (!href || (event.target as HTMLElement).closest('a,button,input,label') || getSelection()?.toString())
            return;
          void navigate(href);
        },
      })}
    />
  );
}

function Cards<Row>({
  columns,
  rows,
  rowKey,
  rowHref,
  caption,
}: {
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  rowHref?: (row: Row) => string | undefined;
  caption: string;
}) {
  const titles = columns.filter((c) => c.card === 'title');
  const corners = columns.filter((c) => c.card === 'corner');
  const lines = columns.filter((c) => c.card === undefined || c.card === 'line' || c.card === 'wide');
  return (
    <ul className="cards" aria-label={caption}>
      {rows.map((row) => {
        const href = rowHref?.(row);
        const title = titles.map((c) => <span key={c.key}>{c.render(row)}</span>);
        return (
          <li key={rowKey(row)} className={href ? 'row-card row-card-open' : 'row-card'}>
            <div className="row-card-head">
              {href ? (
                <Link className="row-card-title" to={href}>
                  {title}
                </Link>
              ) : (
                <span className="row-card-title">{title}</span>
              )}
              {corners.map((c) => (
                <span key={c.key} className="row-card-corner">
                  {c.render(row)}
                </span>
              ))}
            </div>
            <dl className="row-card-lines">
              {lines.map((c) => (
                <div key={c.key} className={c.card === 'wide' ? 'row-card-wide' : undefined}>
                  <dt>{c.title}</dt>
                  <dd>{c.render(row)}</dd>
                </div>
              ))}
            </dl>
          </li>
        );
      })}
    </ul>
  );
}

/** A short list inside a page: the same rows and cards, without tools or pages. */
export function ShortTable<Row>({
  caption,
  columns,
  rows,
  rowKey,
  rowHref,
  empty,
}: {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  rowHref?: (row: Row) => string | undefined;
  empty: string;
}) {
  const phone = usePhone();
  if (rows.length === 0) return <p className="mute">{empty}</p>;
  return phone ? (
    <Cards columns={columns} rows={rows} rowKey={rowKey} rowHref={rowHref} caption={caption} />
  ) : (
    <Rows columns={columns} rows={rows} rowKey={rowKey} rowHref={rowHref} caption={caption} busy={false} />
  );
}

/** Writes to the URL when the person pauses, so that each letter is not a page of history. */
function SearchBox({ placeholder, state }: { placeholder: string; state: UrlState }) {
  const inUrl = state.get('q') ?? '';
  const [text, setText] = useState(inUrl);
  const typed = useRef(inUrl);
  useEffect(() => {
    if (inUrl !== typed.current) {
      typed.current = inUrl;
      setText(inUrl);
    }
  }, [inUrl]);
  useEffect(() => {
    if (text === typed.current) return;
    const timer = setTimeout(() => {
      typed.current = text;
      state.set({ q: text.trim() || undefined }, { replace: true });
    }, 300);
    return () => clearTimeout(timer);
  }, [text, state]);
  return (
    <Input
      className="list-search"
      type="search"
      allowClear
      placeholder={placeholder}
      aria-label={placeholder}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}

function FilterBox({ filter, state }: { filter: Filter; state: UrlState }) {
  const id = useId();
  if ('type' in filter) {
    return (
      <span className="list-filter">
        <label className="mute" htmlFor={id}>
          {filter.label}
        </label>
        <Input
          id={id}
          type={filter.type}
          style={{ width: filter.width ?? 150 }}
          value={state.get(filter.key) ?? filter.unset ?? ''}
          onChange={(event) => state.set({ [filter.key]: event.target.value || undefined })}
        />
      </span>
    );
  }
  return (
    <Select
      className="list-filter-select"
      style={{ minWidth: filter.width ?? 132 }}
      allowClear
      showSearch={filter.options.length > 8 ? { optionFilterProp: 'label' } : false}
      placeholder={filter.label}
      aria-label={filter.label}
      value={state.get(filter.key)}
      options={filter.options as { value: string; label: string }[]}
      onChange={(value: string | undefined) => state.set({ [filter.key]: value })}
    />
  );
}
