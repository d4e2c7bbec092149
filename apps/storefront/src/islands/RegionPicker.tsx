import { useState } from 'preact/hooks';

type Level = { options: { code: string; name: string }[]; chosen: string };
type Words = { legend: string; names: string[]; pick: string; next: string; missing: string };

/** Province to township in up to four selects. Without script a button asks the server for the level below. */
export default function RegionPicker(props: { levels: Level[]; words: Words }) {
  const { words } = props;
  const [levels, setLevels] = useState(props.levels);

  const complete = levels.length > 1 && Boolean(levels.at(-1)?.chosen);

  async function choose(at: number, code: string) {
    const upper = levels.slice(0, at + 1).map((level, own) => (own === at ? { ...level, chosen: code } : level));
    setLevels(upper);
    if (!code || at === 3) return;
    const answer = await fetch(`/api/regions?parent=${code}`).catch(() => null);
    if (!answer?.ok) return;
    const below: { code: string; name: string }[] = await answer.json();
    // Chosen anew while this was on its way: the later answer counts.
    setLevels((now) =>
      now[at]?.chosen === code && below.length > 0 ? [...now.slice(0, at + 1), { options: below, chosen: '' }] : now,
    );
  }

  return (
    <fieldset aria-describedby={words.missing ? 'region-error' : undefined}>
      <legend class="mb-1 text-1 font-semibold">{words.legend}</legend>
      <div class="grid gap-2 sm:grid-cols-2">
        {levels.map((level, at) => (
          <select
            key={words.names[at]}
            name="region"
            aria-label={words.names[at]}
            class="field"
            value={level.chosen}
            onChange={(e) => choose(at, e.currentTarget.value)}
          >
            <option value="">
              {words.names[at]} · {words.pick}
            </option>
            {level.options.map((option) => (
              <option key={option.code} value={option.code} selected={option.code === level.chosen}>
                {option.name}
              </option>
            ))}
          </select>
        ))}
        {!complete && (
          <noscript>
            <button type="submit" class="btn btn-quiet" name="step" value="1" formnovalidate>
              {words.next}
            </button>
          </noscript>
        )}
      </div>
      {words.missing && (
        <p id="region-error" class="mt-1 text-1 text-persimmon-deep">
          {words.missing}
        </p>
      )}
    </fieldset>
  );
}
