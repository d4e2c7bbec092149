import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { catalog, type StoryState, storyMoves, storyStates } from '#catalog/contract';
import type { Story } from '../../api/answers.ts';
import { ahead, ask, oneOf } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { day } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { type Column, DataTable } from '../../parts/DataTable.tsx';
import { FileUpload, PHOTO_TYPES } from '../../parts/FileUpload.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { RegionPicker } from '../../parts/RegionPicker.tsx';
import { StatusTag, type Tone } from '../../parts/StatusTag.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { pageOf, useUrlState } from '../../parts/use-url-state.ts';
import { useCounty } from '../../session/session.ts';

const list = (county: number, url: URLSearchParams) =>
  ask('catalog', 'stories', {
    params: { county },
    query: { ...pageOf(url), state: oneOf(storyStates, url.get('state')) },
  });

export const loader = ahead((county, url) => [list(county, url)]);

const tones: Record<StoryState, Tone> = { review: 'wait', published: 'good', returned: 'quiet', withdrawn: 'quiet' };

/** Stories of villages: what waits for the county first. */
export function Component() {
  const { t, say } = useWords();
  const { county, may, is } = useCounty();
  const state = useUrlState();
  const query = useQuery({ ...list(county, state.params), placeholderData: keepPreviousData });
  const [writing, setWriting] = useState<Partial<Story>>();
  const [asked, setAsked] = useState<{ of: Story; to: StoryState }>();
  const move = useAct(api.catalog.moveStory, { onDone: () => setAsked(undefined) });
  const picture = useAct((input: { id: string; file: File }, options) =>
    api.catalog.setStoryPicture({ params: { county, id: input.id } }, { ...options, file: input.file }),
  );
  const open = (story: Story) => story.state === 'review' || story.state === 'returned';
  const columns: Column<Story>[] = [
    {
      key: 'title',
      title: t('stories.title'),
      card: 'title',
      render: (s) => (
        <>
          {s.titleZh} <span className="mute">{s.villageName}</span>
        </>
      ),
    },
    {
      key: 'text',
      title: t('stories.text'),
      card: 'wide',
      render: (s) => (
        <>
          {s.picture ? <img className="story-thumb" src={`${s.picture.base}-320.webp`} alt="" /> : null}
          {s.textZh}
        </>
      ),
    },
    {
      key: 'by',
      title: t('stories.by'),
      card: 'wide',
      render: (s) => (
        <>
          {s.byName} <span className="num mute">{day(s.at)}</span>
        </>
      ),
    },
    {
      key: 'state',
      title: t('stories.state'),
      card: 'corner',
      render: (s) => (
        <>
          <StatusTag tone={tones[s.state]}>{say(storyMoves.states[s.state])}</StatusTag>
          {s.moves.at(-1)?.reason ? <div className="mute">{s.moves.at(-1)?.reason}</div> : null}
        </>
      ),
    },
    {
      key: 'do',
      title: '',
      card: 'wide',
      render: (s) => (
        <span className="row-actions">
          {s.mine && open(s) ? (
            <>
              <Button size="small" onClick={() => setWriting(s)}>
                {t('stories.edit')}
              </Button>
              <FileUpload
                accept={PHOTO_TYPES}
                busy={picture.busy}
                small
                onFile={(file) => picture.run({ id: s.id, file })}
              >
                {t('stories.picture')}
              </FileUpload>
            </>
          ) : null}
          {storyMoves
            .from(s.state)
            .filter((next) => (next.act === 'resubmit' ? s.mine : is('operator')))
            .map((next) => (
              <Button
                key={next.to}
                size="small"
                type={next.to === 'published' ? 'primary' : 'default'}
                onClick={() =>
                  next.to === 'returned' || next.to === 'withdrawn'
                    ? setAsked({ of: s, to: next.to })
                    : move.run({ params: { county, id: s.id }, body: { to: next.to } })
                }
              >
                {say(next.label)}
              </Button>
            ))}
        </span>
      ),
    },
  ];
  return (
    <>
      <PageHeader
        title={t('menu.stories')}
        about={t('stories.about')}
        actions={
          may(catalog.writeStory) ? (
            <Button type="primary" onClick={() => setWriting({})}>
              {t('stories.add')}
            </Button>
          ) : null
        }
      />
      {move.error && !asked ? <ErrorState error={move.error} compact /> : null}
      {picture.error ? <ErrorState error={picture.error} compact /> : null}
      <DataTable
        caption={t('menu.stories')}
        columns={columns}
        state={state}
        query={query}
        rowKey={(s) => s.id}
        filters={[
          {
            key: 'state',
            label: t('stories.state'),
            options: storyStates.map((value) => ({ value, label: say(storyMoves.states[value]) })),
          },
        ]}
        empty={{ title: t('stories.none'), words: t('stories.noneText') }}
      />
      <WriteStory of={writing} onClose={() => setWriting(undefined)} />
      <ConfirmWithReason
        open={Boolean(asked)}
        title={asked?.of.titleZh ?? ''}
        confirm={asked ? say(storyMoves.states[asked.to]) : ''}
        busy={move.busy}
        error={move.error}
        onCancel={() => setAsked(undefined)}
        onConfirm={(reason) =>
          asked && move.run({ params: { county, id: asked.of.id }, body: { to: asked.to, reason } })
        }
      />
    </>
  );
}

type Values = { village: string; titleZh: string; titleEn?: string; textZh: string; textEn?: string };

function WriteStory({ of, onClose }: { of: Partial<Story> | undefined; onClose: () => void }) {
  const { t } = useWords();
  const { county, memberships } = useCounty();
  const [form] = Form.useForm<Values>();
  const write = useAct(api.catalog.writeStory, { onDone: onClose });
  const change = useAct(api.catalog.changeStory, { onDone: onClose });
  const act = of?.id ? change : write;
  const within = memberships.find((m) => m.role === 'cadre')?.region;
  const needed = [{ required: true, message: t('field.required') }];
  return (
    <FormModal
      form={form}
      busy={act.busy}
      open={Boolean(of)}
      title={t(of?.id ? 'stories.edit' : 'stories.add')}
      onClose={onClose}
    >
      <Form<Values>
        form={form}
        layout="vertical"
        preserve={false}
        initialValues={of}
        onFinish={({ village, titleEn = '', textEn = '', ...rest }) => {
          const words = { ...rest, titleEn, textEn };
          if (of?.id) change.run({ params: { county, id: of.id }, body: words });
          else write.run({ params: { county }, body: { village, ...words } });
        }}
      >
        {of?.id ? null : (
          <Form.Item name="village" label={t('stories.village')} rules={needed}>
            <RegionPicker county={county} within={within} />
          </Form.Item>
        )}
        <Form.Item name="titleZh" label={t('stories.title')} rules={needed}>
          <Input maxLength={40} autoComplete="off" />
        </Form.Item>
        <Form.Item name="textZh" label={t('stories.text')} rules={needed} extra={t('stories.noneText')}>
          <Input.TextArea rows={6} maxLength={800} showCount />
        </Form.Item>
        <Form.Item name="titleEn" label={t('stories.titleEn')}>
          <Input maxLength={80} autoComplete="off" />
        </Form.Item>
        <Form.Item name="textEn" label={t('stories.textEn')}>
          <Input.TextArea rows={4} maxLength={1600} />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}
