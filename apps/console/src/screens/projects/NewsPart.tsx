import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Radio } from 'antd';
import { useState } from 'react';
import { urlOf } from '#platform/http/client.ts';
import { MOST_NEWS_PHOTOS, type NewsState, newsMoves, presale } from '#presale/contract';
import type { News, Project } from '../../api/answers.ts';
import { ask } from '../../api/ask.ts';
import { api } from '../../api/client.ts';
import { useAct } from '../../api/use-act.ts';
import { dayTime } from '../../format.ts';
import { useWords } from '../../i18n/index.tsx';
import { ConfirmWithReason } from '../../parts/ConfirmWithReason.tsx';
import { FileUpload, PHOTO_TYPES } from '../../parts/FileUpload.tsx';
import { FormModal } from '../../parts/FormModal.tsx';
import { FormProblem } from '../../parts/FormProblem.tsx';
import { Icon } from '../../parts/icons.tsx';
import { Part } from '../../parts/PageHeader.tsx';
import { StatusTag, type Tone } from '../../parts/StatusTag.tsx';
import { Answer, ErrorState } from '../../parts/states.tsx';
import { useCounty } from '../../session/session.ts';

type Words = News['versions'][number];
type Photo = Words['photos'][number];

const tones: Record<NewsState, Tone> = { shown: 'good', hidden: 'wait', taken_back: 'quiet' };

/** What was told of a project: written and corrected by whoever runs it, hidden by the county, all of it on record. */
export function NewsPart({ project }: { project: Project }) {
  const { t } = useWords();
  const { county, may } = useCounty();
  const query = useQuery(ask('presale', 'newsFiles', { params: { county, id: project.id }, query: { size: 100 } }));
  const [writing, setWriting] = useState<News | 'new'>();
  const [moving, setMoving] = useState<{ of: News; to: NewsState }>();
  const writes = project.ours && may(presale.writeNews);
  return (
    <Part
      title={t('crowd.news')}
      question={t('crowd.newsQuestion')}
      more={writes ? <Button onClick={() => setWriting('new')}>{t('crowd.newsWrite')}</Button> : null}
    >
      <Answer query={query}>
        {({ rows }) =>
          rows.length === 0 ? (
            <p className="mute">{t('crowd.newsNone')}</p>
          ) : (
            <ol className="news">
              {rows.map((news) => (
                <OneNews
                  key={news.id}
                  project={project.id}
                  news={news}
                  writes={writes}
                  onCorrect={() => setWriting(news)}
                  onMove={(to) => setMoving({ of: news, to })}
                />
              ))}
            </ol>
          )
        }
      </Answer>
      <WriteNews project={project.id} of={writing} onClose={() => setWriting(undefined)} />
      <MoveNews of={moving} onClose={() => setMoving(undefined)} />
    </Part>
  );
}

function OneNews({
  project,
  news,
  writes,
  onCorrect,
  onMove,
}: {
  project: string;
  news: News;
  writes: boolean;
  onCorrect: () => void;
  onMove: (to: NewsState) => void;
}) {
  const { t, say } = useWords();
  const { may } = useCounty();
  const now = news.versions.at(-1);
  const move = news.moves.at(-1);
  const mayMove = (act: string) =>
    act === 'take-back' ? writes : may(act === 'hide' ? presale.hideNews : presale.showNews);
  if (!now) return null;
  return (
    <li>
      <b>{now.titleZh}</b> <StatusTag tone={tones[news.state]}>{say(newsMoves.states[news.state])}</StatusTag>{' '}
      {now.forBackers ? <StatusTag tone="quiet">{t('crowd.newsForBackers')}</StatusTag> : null}
      <div className="mute num">
        {dayTime(news.at)} {news.versions[0]?.byName}
        {news.version > 1 ? ` · ${t('crowd.newsVersion', { n: news.version })} ${dayTime(now.at)} ${now.byName}` : ''}
      </div>
      {move ? (
        <div className="mute">
          {say(newsMoves.states[move.to])} · {dayTime(move.at)} {move.byName}：{move.reason}
        </div>
      ) : null}
      <Told project={project} words={now} />
      {news.versions.length > 1 ? (
        <details>
          <summary>{t('crowd.newsEarlier')}</summary>
          {news.versions
            .slice(0, -1)
            .reverse()
            .map((words) => (
              <div key={words.version}>
                <div className="mute num">
                  {t('crowd.newsVersion', { n: words.version })} · {dayTime(words.at)} {words.byName}
                </div>
                <b>{words.titleZh}</b>
                <Told project={project} words={words} />
              </div>
            ))}
        </details>
      ) : null}
      <span className="row-actions">
        {writes && news.state !== 'taken_back' ? (
          <Button size="small" onClick={onCorrect}>
            {t('crowd.newsCorrect')}
          </Button>
        ) : null}
        {newsMoves
          .from(news.state)
          .filter((next) => mayMove(next.act))
          .map((next) => (
            <Button key={next.to} size="small" onClick={() => onMove(next.to)}>
              {say(next.label)}
            </Button>
          ))}
      </span>
    </li>
  );
}

function Told({ project, words }: { project: string; words: Words }) {
  const { t } = useWords();
  return (
    <>
      <div className="said">{words.wordsZh}</div>
      {words.titleEn || words.wordsEn ? (
        <div className="said mute" lang="en">
          {[words.titleEn, words.wordsEn].filter(Boolean).join('\n')}
        </div>
      ) : null}
      {words.photos.length > 0 ? (
        <ul className="case-photos loss-photos">
          {words.photos.map((photo, i) => (
            <li key={photo.id}>
              <PhotoLink project={project} photo={photo} alt={t('crowd.newsPhotoOf', { n: i + 1 })} />
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

function PhotoLink({ project, photo, alt }: { project: string; photo: Photo; alt: string }) {
  const { county } = useCounty();
  const src = (width: '320' | '1600') =>
    urlOf(presale.newsPhoto, { params: { county, id: project, photo: photo.id }, query: { width } });
  return (
    <a href={src('1600')} target="_blank" rel="noreferrer">
      <img src={src('320')} alt={alt} loading="lazy" />
    </a>
  );
}

type Values = { titleZh: string; titleEn?: string; wordsZh: string; wordsEn?: string; forBackers: boolean };

function WriteNews({ project, of, onClose }: { project: string; of: News | 'new' | undefined; onClose: () => void }) {
  const { t } = useWords();
  const old = of === 'new' ? undefined : of;
  const words = old?.versions.at(-1);
  // A form of its own for each piece, so that photos of one are not handed to the next.
  return of ? (
    <NewsForm
      key={old ? `${old.id} ${old.version}` : 'new'}
      title={t(old ? 'crowd.newsCorrect' : 'crowd.newsWrite')}
      project={project}
      old={old}
      words={words}
      onClose={onClose}
    />
  ) : null;
}

function NewsForm({
  title,
  project,
  old,
  words,
  onClose,
}: {
  title: string;
  project: string;
  old: News | undefined;
  words: Words | undefined;
  onClose: () => void;
}) {
  const { t } = useWords();
  const { county } = useCounty();
  const [form] = Form.useForm<Values>();
  const [photos, setPhotos] = useState<Photo[]>(words?.photos ?? []);
  const write = useAct(api.presale.writeNews, { onDone: onClose });
  const correct = useAct(api.presale.correctNews, { onDone: onClose });
  const act = old ? correct : write;
  const needed = [{ required: true, whitespace: true, message: t('field.required') }];
  return (
    <FormModal form={form} busy={act.busy} open title={title} width={640} onClose={onClose}>
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={words ?? { forBackers: false }}
        onFinish={({ titleEn = '', wordsEn = '', ...rest }) => {
          const body = { ...rest, titleEn, wordsEn, photos: photos.map((photo) => photo.id) };
          if (old) correct.run({ params: { county, id: old.id }, body: { ...body, version: old.version } });
          else write.run({ params: { county, id: project }, body });
        }}
      >
        <Form.Item name="titleZh" label={t('crowd.newsTitle')} rules={needed}>
          <Input maxLength={60} autoComplete="off" />
        </Form.Item>
        <Form.Item name="wordsZh" label={t('crowd.newsWords')} rules={needed}>
          <Input.TextArea rows={6} maxLength={4000} showCount />
        </Form.Item>
        <Form.Item name="forBackers" label={t('crowd.newsFor')}>
          <Radio.Group
            options={[
              { value: false, label: t('crowd.newsForAll') },
              { value: true, label: t('crowd.newsForBackers') },
            ]}
          />
        </Form.Item>
        <Form.Item label={t('crowd.newsPhotos', { n: MOST_NEWS_PHOTOS })}>
          <Photos project={project} photos={photos} onChange={setPhotos} />
        </Form.Item>
        <Form.Item name="titleEn" label={t('crowd.newsTitleEn')}>
          <Input maxLength={120} autoComplete="off" />
        </Form.Item>
        <Form.Item name="wordsEn" label={t('crowd.newsWordsEn')}>
          <Input.TextArea rows={4} maxLength={8000} />
        </Form.Item>
        <FormProblem error={act.error} form={form} />
      </Form>
    </FormModal>
  );
}

function Photos({
  project,
  photos,
  onChange,
}: {
  project: string;
  photos: Photo[];
  onChange: (photos: Photo[]) => void;
}) {
  const { t } = useWords();
  const { county } = useCounty();
  const add = useAct(
    (input: { file: File }, options) =>
      api.presale.addNewsPhoto({ params: { county, id: project } }, { ...options, file: input.file }),
    { onDone: (photo) => onChange([...photos, photo]), quiet: true },
  );
  return (
    <>
      {photos.length > 0 ? (
        <ul className="case-photos loss-photos">
          {photos.map((photo, i) => (
            <li key={photo.id}>
              <PhotoLink project={project} photo={photo} alt={t('crowd.newsPhotoOf', { n: i + 1 })} />
              <Button size="small" type="link" onClick={() => onChange(photos.filter((one) => one.id !== photo.id))}>
                {t('crowd.newsPhotoDrop', { n: i + 1 })}
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
      {photos.length < MOST_NEWS_PHOTOS ? (
        <FileUpload
          accept={PHOTO_TYPES}
          busy={add.busy}
          icon={<Icon name="upload" size={14} />}
          onFile={(file) => add.run({ file })}
        >
          {t('crowd.newsPhotoAdd')}
        </FileUpload>
      ) : null}
      {add.error ? <ErrorState error={add.error} compact /> : null}
    </>
  );
}

function MoveNews({ of, onClose }: { of: { of: News; to: NewsState } | undefined; onClose: () => void }) {
  const { t, say } = useWords();
  const { county } = useCounty();
  const done = { onDone: onClose };
  const takeBack = useAct(api.presale.takeNewsBack, done);
  const hide = useAct(api.presale.hideNews, done);
  const show = useAct(api.presale.showNews, done);
  const act = of?.to === 'hidden' ? hide : of?.to === 'shown' ? show : takeBack;
  const move = of && newsMoves.from(of.of.state).find((one) => one.to === of.to);
  return (
    <ConfirmWithReason
      open={Boolean(of)}
      title={of?.of.versions.at(-1)?.titleZh ?? ''}
      label={t('crowd.newsReason')}
      confirm={move ? say(move.label) : ''}
      busy={act.busy}
      error={act.error}
      onCancel={onClose}
      onConfirm={(reason) => of && act.run({ params: { county, id: of.of.id }, body: { reason } })}
    >
      {t(
        of?.to === 'hidden'
          ? 'crowd.newsHideWords'
          : of?.to === 'shown'
            ? 'crowd.newsShowWords'
            : 'crowd.newsTakeBackWords',
      )}
    </ConfirmWithReason>
  );
}
