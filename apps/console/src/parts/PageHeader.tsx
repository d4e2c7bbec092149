import { type ReactNode, useEffect } from 'react';
import { Link } from 'react-router';
import { useWords } from '../i18n/index.tsx';
import { Icon } from './icons.tsx';

/** Title, one line saying what the page is for, and its one primary action at the thumb. */
export function PageHeader({
  title,
  about,
  back,
  tags,
  actions,
}: {
  title: string;
  about?: ReactNode;
  back?: { to: string; label: string };
  tags?: ReactNode;
  actions?: ReactNode;
}) {
  const { t } = useWords();
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);
  return (
    <header className="page-header">
      <div className="page-header-words">
        {back ? (
          <Link className="page-back" to={back.to}>
            <Icon name="back" size={16} />
            {back.label}
          </Link>
        ) : null}
        <h1>
          {title}
          {tags ? <span className="page-tags">{tags}</span> : null}
        </h1>
        {about ? <p className="page-about">{about}</p> : null}
      </div>
      {actions ? <div className="page-actions">{actions}</div> : null}
    </header>
  );
}

/** A titled part of a page, with a link to all of it on the right. */
export function Part({
  title,
  question,
  more,
  children,
  flush,
}: {
  title: string;
  /** the question the picture or the rows below answer */
  question?: string;
  more?: ReactNode;
  children: ReactNode;
  flush?: boolean;
}) {
  return (
    <section className={flush ? 'part part-flush' : 'part'}>
      <div className="part-head">
        <div>
          <h2>{title}</h2>
          {question ? <p className="mute">{question}</p> : null}
        </div>
        {more ? <div className="part-more">{more}</div> : null}
      </div>
      {children}
    </section>
  );
}

/** Names and values, one under another on a phone. */
export function Facts({
  items,
}: {
  items: readonly (readonly [label: string, value: ReactNode] | false | undefined)[];
}) {
  return (
    <dl className="facts">
      {items.map((item) =>
        item ? (
          <div key={item[0]}>
            <dt>{item[0]}</dt>
            <dd>{item[1] ?? '—'}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

/** A big figure that opens the rows behind it. */
export function Figure({
  label,
  value,
  to,
  note,
  tone,
}: {
  label: string;
  value: ReactNode;
  to?: string;
  note?: ReactNode;
  tone?: 'pine' | 'persimmon';
}) {
  const inside = (
    <>
      <span className="figure-label">
        {label}
        {to ? <Icon name="next" size={15} /> : null}
      </span>
      <span className={tone ? `figure-value num figure-${tone}` : 'figure-value num'}>{value}</span>
      {note ? <span className="figure-note">{note}</span> : null}
    </>
  );
  return to ? (
    <Link className="figure figure-link" to={to}>
      {inside}
    </Link>
  ) : (
    <div className="figure">{inside}</div>
  );
}
