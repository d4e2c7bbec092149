import { QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import zhCN from 'antd/locale/zh_CN';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { RouterProvider } from 'react-router/dom';
import { queries } from './api/queries.ts';
import { listed } from './format.ts';
import { loadCatalogue, translator, WordsContext } from './i18n/index.tsx';
import { type Locale, locales, storedLocale, storeLocale } from './i18n/locale.ts';
import type { Catalogue } from './i18n/zh.ts';
import { zh } from './i18n/zh.ts';
import { loadDevice } from './offline/device.ts';
import { router } from './routes.tsx';
import { theme } from './theme.ts';

type Spoken = { locale: Locale; catalogue: Catalogue; antd: typeof zhCN };

/** Everything the screens stand on: language, theme, answers kept, router. */
export function App() {
  const [spoken, setSpoken] = useState<Spoken>({ locale: 'zh', catalogue: zh, antd: zhCN });

  const setLocale = useCallback(async (locale: Locale) => {
    const [catalogue, antd] = await Promise.all([
      loadCatalogue(locale),
      locale === 'en' ? import('antd/locale/en_US').then((m) => m.default) : zhCN,
    ]);
    storeLocale(locale);
    setSpoken({ locale, catalogue, antd });
    // Answers carry words of the server in the former language.
    void queries.invalidateQueries();
  }, []);

  useEffect(() => {
    if (storedLocale() !== 'zh') void setLocale(storedLocale());
  }, [setLocale]);
  useEffect(() => void loadDevice(), []);
  useEffect(() => {
    document.documentElement.lang = locales.find((l) => l.key === spoken.locale)?.tag ?? 'zh-CN';
  }, [spoken.locale]);

  const words = useMemo(
    () => ({
      locale: spoken.locale,
      t: translator(spoken.catalogue),
      say: (word: Record<Locale, string>) => word[spoken.locale],
      listed: (names: readonly string[]) => listed(names, spoken.locale),
      setLocale: (l: Locale) => void setLocale(l),
    }),
    [spoken, setLocale],
  );
  return (
    <WordsContext value={words}>
      <ConfigProvider
        locale={spoken.antd}
        theme={theme(false)}
        form={{ requiredMark: false }}
        button={{ autoInsertSpace: false }}
      >
        <AntApp message={{ duration: 3 }}>
          <QueryClientProvider client={queries}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </AntApp>
      </ConfigProvider>
    </WordsContext>
  );
}
