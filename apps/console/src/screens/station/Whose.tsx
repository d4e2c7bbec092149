import { useHousehold } from './source.ts';

/** Whose produce it is, in one line under the title. */
export function Whose({ id }: { id: string }) {
  const found = useHousehold(id);
  if (!found) return <>…</>;
  return (
    <span className="whose">
      <b>{found.headMasked}</b> {`${found.code} · ${found.villageName}`}
    </span>
  );
}
