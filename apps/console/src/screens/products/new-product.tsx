import { useNavigate } from 'react-router';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { useWords } from '../../i18n/index.tsx';
import { cropsQuestion } from '../../parts/crops.ts';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { ProductForm } from './ProductForm.tsx';

export const loader = ahead(() => [cropsQuestion(), ask('catalog', 'categories')]);

/** Drafts a product; SKUs and pictures follow on its page. */
export function Component() {
  const { t } = useWords();
  const { county } = useCounty();
  const navigate = useNavigate();
  const act = useAct(api.catalog.addProduct, {
    onDone: (made) => void navigate(paths.product(county, made.id), { replace: true }),
  });
  return (
    <>
      <PageHeader
        title={t('product.add')}
        about={t('product.addAbout')}
        back={{ to: paths.products(county), label: t('menu.products') }}
      />
      <ProductForm
        initial={{}}
        busy={act.busy}
        error={act.error}
        onSubmit={(body) => act.run({ params: { county }, body })}
        onCancel={() => void navigate(-1)}
      />
    </>
  );
}
