import { addDays, dayOf } from '#platform/clock.ts';
import type { DemoClient, DemoHouse, OpenCounty } from './house.ts';
import { pictureFile } from './picture-file.ts';

type NewSubsidy = Parameters<DemoClient['benefit']['prepareSubsidy']>[0]['body'];

/** A list of the demo: how many days ago it was paid, and what each household of a kind had. */
interface DemoSubsidy extends Pick<NewSubsidy, 'programme' | 'document' | 'mechanism'> {
  ago: number;
  category: 'lifted' | 'monitored';
  fen: number;
  /** whether a second person has looked at it */
  approved: boolean;
}

const COUNTY = 141031;

const subsidies: readonly DemoSubsidy[] = [
  {
    ...{ programme: '脱贫户种植奖补（演示）', document: '演示〔隰县〕第 12 号', mechanism: 'industry' },
    ...{ ago: 24, category: 'lifted', fen: 60_000, approved: true },
  },
  {
    ...{ programme: '监测户外出务工交通补助（演示）', document: '演示〔隰县〕第 19 号', mechanism: 'employment' },
    ...{ ago: 5, category: 'monitored', fen: 38_000, approved: false },
  },
];

/** Public money paid to households of Xixian: one list that a second operator has approved, and one that waits for it. */
export async function addSubsidies(house: DemoHouse, { county, staff }: OpenCounty, now: Date): Promise<void> {
  if (county !== COUNTY) return;
  house.setTime(now);
  const [writer, second] = [house.as(staff('operator')), house.as(staff('operator', 'centre', 1))];
  const params = { county };
  const { rows: households } = await writer.registry.households({ params, query: { size: 200 } });
  for (const { ago, category, fen, approved, ...programme } of subsidies) {
    const { file } = await writer.benefit.addSubsidyPaper({ params }, { file: await pictureFile('walnut') });
    const lines = households
      .filter((household) => household.category === category)
      .map((household) => ({ household: household.code, fen }));
    const body = { ...programme, day: addDays(dayOf(now), -ago), file, lines };
    const list = await writer.benefit.prepareSubsidy({ params, body });
    if (approved) {
      await second.benefit.approveSubsidy({ params: { county, id: list.id }, body: { fen: fen * lines.length } });
    }
  }
}
