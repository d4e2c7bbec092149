import { useQuery } from '@tanstack/react-query';
import { Form, Input, Radio } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { alertMoves, alertWords, trace, verdicts, verdictWords } from '#trace/contract';
import { ahead, ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { count, dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ShortTable } from '../../parts/DataTable.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { CountCell } from '../../parts/money.tsx';
import { Facts, PageHeader, Part } from '../../parts/PageHeader.tsx';
import { MoveButton, StatusTag } from '../../parts/StatusTag.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';
import { useCounty } from '../../session/session.ts';
import { alertTones } from './alert-tones.ts';

const one = (county: number, id: string) => ask('trace', 'codeAlert', { params: { county, id } });

export const loader = ahead((county, _, id) => [one(county, id)]);

/** One code alert: what was seen where, what was done, and the moves that are left. */
export function Component() {
  const { t, say, listed } = useWords();
  const { county, may } = useCounty();
  const { id = '' } = useParams();
  const query = useQuery(one(county, id));
  const [closing, setClosing] = useState(false);
  const look = useAct(api.trace.lookIntoAlert);
  return (
    <Answer query={query}>
      {({ alert, moves, places }) => (
        <>
          <PageHeader
            title={say(alertWords[alert.kind])}
            back={{ to: paths.codeAlerts(county), label: t('menu.codeAlerts') }}
            tags={<StatusTag tone={alertTones[alert.state]}>{say(alertMoves.states[alert.state])}</StatusTag>}
            actions={
              may(trace.closeAlert)
                ? alertMoves
                    .from(alert.state)
                    .map((move) => (
                      <MoveButton
                        key={move.to}
                        label={say(move.label)}
                        primary={move.to === 'closed'}
                        loading={move.to === 'looked_at' && look.busy}
                        onClick={() =>
                          move.to === 'closed' ? setClosing(true) : look.run({ params: { county, id }, body: {} })
                        }
                      />
                    ))
                : null
            }
          />
          {look.error ? <ErrorState error={look.error} compact /> : null}
          <Part title={t('alert.kind')}>
            <Facts
              items={[
                [
                  t('alert.lot'),
                  <Link key="l" className="num" to={paths.lot(county, alert.lot)}>
                    {alert.lotNumber}
                  </Link>,
                ],
                [t('alert.pack'), alert.pack === 0 ? t('alert.wholeLot') : count(alert.pack)],
                [t('alert.scans'), count(alert.scans)],
                [t('alert.provinces'), listed(alert.provinces) || null],
                [t('alert.firstAt'), dayTime(alert.firstAt)],
                [t('alert.lastAt'), dayTime(alert.lastAt)],
                alert.verdict ? [t('alert.verdict'), say(verdictWords[alert.verdict])] : undefined,
              ]}
            />
            <p className="hint">
              <a href={alert.path} target="_blank" rel="noreferrer">
                {t('alert.page')}
              </a>
            </p>
          </Part>
          {alert.pack > 0 ? (
            <Part title={t('alert.places')}>
              <ShortTable
                caption={t('alert.places')}
                rows={places}
                rowKey={(place) => place.province}
                empty={t('scans.noPlaces')}
                columns={[
                  { key: 'province', title: t('scans.province'), card: 'title', render: (place) => place.name },
                  {
                    key: 'scans',
                    title: t('alert.scans'),
                    align: 'right',
                    card: 'corner',
                    render: (place) => <CountCell n={place.scans} />,
                  },
                  {
                    key: 'first',
                    title: t('alert.firstAt'),
                    render: (place) => <span className="num">{dayTime(place.firstAt)}</span>,
                  },
                  {
                    key: 'last',
                    title: t('alert.lastAt'),
                    render: (place) => <span className="num">{dayTime(place.lastAt)}</span>,
                  },
                ]}
              />
            </Part>
          ) : null}
          <Part title={t('alert.moves')}>
            <ShortTable
              caption={t('alert.moves')}
              rows={moves}
              rowKey={(move) => String(move.at)}
              empty={t('alert.noMoves')}
              columns={[
                {
                  key: 'to',
                  title: t('alert.state'),
                  card: 'title',
                  render: (move) => say(alertMoves.states[move.to]),
                },
                { key: 'reason', title: t('field.reason'), render: (move) => move.reason ?? '—' },
                { key: 'by', title: t('print.by'), render: (move) => move.byName },
                {
                  key: 'at',
                  title: t('print.at'),
                  card: 'wide',
                  render: (move) => <span className="num">{dayTime(move.at)}</span>,
                },
              ]}
            />
          </Part>
          <CloseAlert open={closing} id={id} onClose={() => setClosing(false)} />
        </>
      )}
    </Answer>
  );
}

function CloseAlert({ open, id, onClose }: { open: boolean; id: string; onClose: () => void }) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<{ verdict: (typeof verdicts)[number]; reason: string }>();
  const act = useAct(api.trace.closeAlert, { onDone: onClose });
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open={open}
      title={t('alert.closeNow')}
      okText={t('alert.closeNow')}
      onClose={onClose}
    >
      <p className="modal-words">{t('alert.closeWords')}</p>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ verdict: 'harmless' }}
        onFinish={(body) => act.run({ params: { county, id }, body })}
      >
        <Form.Item name="verdict" label={t('alert.verdict')} rules={[{ required: true }]}>
          <Radio.Group options={verdicts.map((value) => ({ value, label: say(verdictWords[value]) }))} />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('field.reason')}
          rules={[{ required: true, whitespace: true, min: 2, message: t('field.reasonNeeded') }]}
        >
          <Input.TextArea rows={3} maxLength={200} showCount />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}
