import { type aidTests, aidTestWords, verdictWords } from '#benefit/contract';
import type { AidRecord } from '../../api/answers.ts';
import { yuan } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { Facts } from '../../parts/PageHeader.tsx';
import { StatusTag } from '../../parts/StatusTag.tsx';
import { verdictTones } from './fair-tones.ts';

type Run = Pick<AidRecord['tests'][number], (typeof aidTests)[number] | 'restsOn'>;

/** The three verdicts of one run and what each rests on. */
export function RunGrounds({ run, fewestPeers }: { run: Run; fewestPeers: number }) {
  const { t, say, listed } = useWords();
  const { quality, price, benefit: help } = run.restsOn;
  const verdict = (test: (typeof aidTests)[number]) => (
    <StatusTag tone={verdictTones[run[test]]}>{say(verdictWords[run[test]])}</StatusTag>
  );
  return (
    <>
      <section className="agreement-version">
        <h3>
          {say(aidTestWords.quality)} {verdict('quality')}
        </h3>
        {quality.lots.length === 0 ? <p className="mute">{t('aid.quality.none')}</p> : null}
        <ul>
          {quality.lots.map((lot) => (
            <li key={lot.number}>
              <b className="num">{lot.number}</b>{' '}
              {lot.certificate ? `${t('aid.quality.certificate')} ${lot.certificate}` : t('aid.quality.noCertificate')}
              {lot.reports.length > 0 ? ` · ${t('aid.quality.reports')} ${listed(lot.reports)}` : ''}
              {lot.failedReports.length > 0 ? ` · ${t('aid.quality.failed')} ${listed(lot.failedReports)}` : ''}
              {lot.sound ? '' : ` · ${t('aid.quality.unsound')}`}
            </li>
          ))}
        </ul>
        {quality.marks.length > 0 ? <p>{t('aid.quality.marks', { n: quality.marks.length })}</p> : null}
        {quality.endedMarks.length > 0 ? <p>{t('aid.quality.ended', { n: quality.endedMarks.length })}</p> : null}
      </section>
      <section className="agreement-version">
        <h3>
          {say(aidTestWords.price)} {verdict('price')}
        </h3>
        {price.length === 0 ? <p className="mute">{t('aid.price.none')}</p> : null}
        {price.map((sku) => (
          <div key={sku.sku}>
            <p>
              <b>{t('aid.price.pack', { grade: sku.grade, price: yuan(sku.fenPerKg) })}</b>
              <br />
              {sku.medianFenPerKg === null || sku.mostFenPerKg === null
                ? t('aid.price.few', { n: sku.peers.length, least: fewestPeers })
                : t('aid.price.median', {
                    n: sku.peers.length,
                    median: yuan(sku.medianFenPerKg),
                    most: yuan(sku.mostFenPerKg),
                  })}
            </p>
            {typeof sku.fewNotes === 'number' ? (
              <p className="mute">{t('aid.price.fewNotes', { n: sku.fewNotes, least: fewestPeers })}</p>
            ) : null}
            <Facts
              items={sku.peers.map((peer) => [
                `${t(`aid.source.${peer.source}`)} ${peer.name}`,
                <span className="num" key="price">
                  {yuan(peer.fenPerKg)}
                </span>,
              ])}
            />
          </div>
        ))}
      </section>
      <section className="agreement-version">
        <h3>
          {say(aidTestWords.benefit)} {verdict('benefit')}
        </h3>
        <p>
          {help.agreements.length > 0
            ? t('aid.benefit.agreements', { numbers: listed(help.agreements) })
            : t('aid.benefit.noAgreement')}
          {' · '}
          {t('aid.benefit.notes', { households: help.households, notes: help.notes })}
        </p>
      </section>
    </>
  );
}
