const files = import.meta.glob<string>('../../../shared/pictures/*.webp', {
  eager: true,
  query: '?url',
  import: 'default',
});
const urls = new Map(Object.entries(files).map(([path, url]) => [path.replace(/.*\/(.+)\.webp$/, '$1'), url]));

/** A drawing of some produce cut out on nothing, by its name or by the code of a crop; undefined where none is drawn. */
export const cutOut = (name: string): string | undefined => urls.get(name.replaceAll('_', '-'));
