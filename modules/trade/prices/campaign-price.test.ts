import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tell, testDraft } from '../../../test/fixtures-prices.ts';
import { campaignPrice } from './campaign-price.ts';
import { type CampaignLine, quotaKey } from './price-facts.ts';

const campaign = (priceFen: number, over: Partial<CampaignLine> = {}): CampaignLine => ({
  id: 'line',
  promotion: 'harvest',
  name: '秋收节',
  bearer: 'county',
  position: 1,
  sku: 'walnut',
  priceFen,
  pieces: null,
  buyerPacks: null,
  holdMinutes: null,
  startsAt: '',
  endsAt: '',
  ...over,
});

test('so many packs as are left cost the campaign’s price', () => {
  const cases: [name: string, of: CampaignLine[], used: [string, string, number][], told: string, claims: object[]][] =
    [
      ['none', [], [], 'walnut 3000:', []],
      ['without limits', [campaign(700)], [], 'walnut 2100: campaign -900', []],
      ['above the price by now', [campaign(1000)], [], 'walnut 3000:', []],
      [
        'pieces for all',
        [campaign(700, { pieces: 10 })],
        [['line', '', 8]],
        'walnut 2400: campaign -600',
        [{ subject: 'line', holder: '', most: 10, n: 2 }],
      ],
      ['sold out', [campaign(700, { pieces: 10 })], [['line', '', 10]], 'walnut 3000:', []],
      [
        'so many for one buyer',
        [campaign(700, { pieces: 10, buyerPacks: 2 })],
        [['line', 'lin', 1]],
        'walnut 2700: campaign -300',
        [
          { subject: 'line', holder: '', most: 10, n: 1 },
          { subject: 'line', holder: 'lin', most: 2, n: 1 },
        ],
      ],
      [
        'what others bought is not his',
        [campaign(700, { buyerPacks: 3 })],
        [['line', 'wang', 3]],
        'walnut 2100: campaign -900',
        [{ subject: 'line', holder: 'lin', most: 3, n: 3 }],
      ],
      [
        'the lowest of two',
        [campaign(800, { id: 'a' }), campaign(700, { id: 'b' })],
        [],
        'walnut 2100: campaign -900',
        [],
      ],
      [
        'the lowest with packs left',
        [campaign(700, { id: 'a', pieces: 1 }), campaign(800, { id: 'b' })],
        [['a', '', 1]],
        'walnut 2400: campaign -600',
        [],
      ],
    ];
  for (const [name, campaigns, used, told, claims] of cases) {
    const draft = testDraft({ walnut: 3 });
    const facts = { used: new Map(used.map(([subject, holder, n]) => [quotaKey(subject, holder), n])) };
    for (const line of draft.lines) campaignPrice(draft, line, campaigns, facts, 'lin');
    assert.deepEqual(tell(draft), [told], name);
    assert.deepEqual(
      draft.claims.map(({ subject, holder, most, n }) => ({ subject, holder, most, n })),
      claims,
      name,
    );
  }
});

test('who bears it, and how long it holds an order', () => {
  const draft = testDraft({ walnut: 1 });
  for (const line of draft.lines)
    campaignPrice(draft, line, [campaign(700, { holdMinutes: 5 })], { used: new Map() }, null);
  assert.deepEqual(draft.lines[0]?.discounts, [
    { kind: 'campaign', rule: 'harvest', name: '秋收节', fen: 300, bearer: 'county' },
  ]);
  assert.equal(draft.holdMinutes, 5);
});
