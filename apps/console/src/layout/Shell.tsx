import { ConfigProvider, Drawer, Dropdown } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Link, NavLink, Outlet, ScrollRestoration, useLocation, useNavigate, useNavigation } from 'react-router';
import { useWords } from '../i18n/index.tsx';
import { locales } from '../i18n/locale.ts';
import { Contours } from '../parts/Contours.tsx';
import { Icon } from '../parts/icons.tsx';
import { usePhone } from '../parts/use-media.ts';
import { countyOfPath, paths, sameScreen } from '../paths.ts';
import { rolesIn } from '../session/roles.ts';
import { firstCounty, keepCounty, type Session, SessionContext } from '../session/session.ts';
import { theme } from '../theme.ts';
import { menuFor } from './menu.ts';

/** The frame around every screen of a signed-in person: menu by role, county, language, account. */
export function Shell({ session, onSignOut }: { session: Session; onSignOut: () => void }) {
  const { t, locale, setLocale, listed } = useWords();
  const phone = usePhone();
  const location = useLocation();
  const navigate = useNavigate();
  const going = useNavigation().state !== 'idle';
  const [open, setOpen] = useState(false);
  const inPath = countyOfPath(location.pathname);
  const county = inPath ?? firstCounty(session)?.county;
  const countyName = session.counties.find((c) => c.county === county)?.shortName;
  const roles = useMemo(() => (county ? rolesIn(session.memberships, county) : []), [session, county]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the drawer closes whenever another page opens
  useEffect(() => setOpen(false), [location.pathname]);

  useEffect(() => {
    if (inPath) keepCounty(inPath);
  }, [inPath]);

  // The menu is longer than most windows: what one came to by a link or a reload is shown in it.
  const side = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is another line of the menu
  useEffect(() => {
    // Not returned: newer browsers answer with a promise, which React would take for what undoes the effect.
    void side.current?.querySelector('.active')?.scrollIntoView({ block: 'nearest' });
  }, [location.pathname]);

  const menu = (
    <nav className="menu" aria-label={t('app.menu')}>
      {county
        ? menuFor(roles).map((group) => (
            <div key={group.label}>
              <p className="menu-group">{t(group.label)}</p>
              <ul>
                {group.items.map((item) => (
                  <li key={item.section}>
                    <NavLink className="menu-link" to={paths.section(county, item.section)}>
                      <Icon name={item.icon} />
                      {t(item.label)}
                    </NavLink>
                  </li>
                ))}
              </ul>
            </div>
          ))
        : null}
    </nav>
  );
  const brand = (
    <div className="side-brand">
      <Contours width={216} height={96} levels={7} />
      <Link to={paths.home()}>
        {t('app.brand')}
        <small>{t('app.sub')}</small>
      </Link>
    </div>
  );
  const counties =
    session.counties.length > 1 ? (
      <Dropdown
        trigger={['click']}
        menu={{
          selectedKeys: [String(county)],
          style: { maxHeight: '60vh', overflowY: 'auto' },
          items: session.counties.map((c) => ({ key: String(c.county), label: `${c.name} ${c.county}` })),
          onClick: ({ key }) => void navigate(sameScreen(location.pathname, Number(key))),
        }}
      >
        <button type="button" className="top-button" aria-label={`${t('app.county')}：${countyName ?? ''}`}>
          <span className="top-county">{countyName}</span>
          <Icon name="down" size={16} />
        </button>
      </Dropdown>
    ) : (
      <span className="top-county">{countyName}</span>
    );

  return (
    <SessionContext value={session}>
      <a className="skip" href="#work">
        {t('app.skip')}
      </a>
      {going ? <div className="going" aria-hidden="true" /> : null}
      <div className="shell">
        {phone ? (
          <Drawer
            open={open}
            onClose={() => setOpen(false)}
            placement="left"
            size={264}
            closable={false}
            rootClassName="drawer-menu"
            title={null}
          >
            {brand}
            {menu}
          </Drawer>
        ) : (
          <aside className="side" ref={side}>
            {brand}
            {menu}
          </aside>
        )}
        <div className="main">
          <header className="top">
            {phone ? (
              <button type="button" className="top-button" aria-label={t('app.menu')} onClick={() => setOpen(true)}>
                <Icon name="menu" size={24} />
              </button>
            ) : null}
            {counties}
            <div className="top-space" />
            <Dropdown
              trigger={['click']}
              menu={{
                items: [
                  {
                    key: 'me',
                    label: <Link to={paths.me()}>{t('app.account')}</Link>,
                  },
                  ...(session.memberships.some((m) => m.role === 'platform')
                    ? [{ key: 'counties', label: <Link to={paths.counties()}>{t('counties.title')}</Link> }]
                    : []),
                  {
                    key: 'shop',
                    label: <a href="/">{t('app.toShop')}</a>,
                  },
                  { type: 'divider' },
                  ...locales.map((l) => ({
                    key: l.key,
                    label: <span lang={l.tag}>{l.name}</span>,
                    disabled: l.key === locale,
                    onClick: () => setLocale(l.key),
                  })),
                  { type: 'divider' },
                  { key: 'out', label: t('app.signOut'), onClick: onSignOut },
                ],
              }}
            >
              <button
                type="button"
                className="top-button"
                aria-label={phone ? `${t('app.account')}：${session.name}` : undefined}
              >
                <Icon name="person" />
                {phone ? null : (
                  <span>
                    {session.name}
                    {roles[0] ? ` · ${listed(roles.map((r) => t(`role.${r}`)))}` : ''}
                  </span>
                )}
              </button>
            </Dropdown>
          </header>
          <main className="work" id="work" tabIndex={-1}>
            <ConfigProvider theme={theme(phone && /\/(station|devices)(\/|$)/.test(location.pathname))}>
              <Outlet />
            </ConfigProvider>
          </main>
        </div>
      </div>
      <ScrollRestoration />
    </SessionContext>
  );
}
