import { useRef, useState } from 'preact/hooks';

type Words = {
  add: string;
  remove: string;
  retry: string;
  broken: string;
  /** with a # for the percent */
  uploading: string;
  /** with a # for the number */
  photo: string;
};
type Photo = { at: number; file: File; preview: string; percent: number; id?: string; failed?: 'again' | 'never' };

/**
 * Photos that go to the server while the rest of the form is filled in, each with its progress; a failed one is tried
 * again by a press. The form then carries their ids. Without script the page has a plain file field in its place.
 */
export default function PhotoUpload(props: { to: string; most: number; words: Words; name: string }) {
  const { words, most } = props;
  const [photos, setPhotos] = useState<Photo[]>([]);
  const next = useRef(0);
  const input = useRef<HTMLInputElement>(null);
  const change = (at: number, what: Partial<Photo>) =>
    setPhotos((all) => all.map((photo) => (photo.at === at ? { ...photo, ...what } : photo)));

  const send = (photo: Photo) => {
    change(photo.at, { failed: undefined, percent: 0 });
    const request = new XMLHttpRequest();
    request.open('POST', props.to);
    request.setRequestHeader('idempotency-key', crypto.randomUUID());
    request.upload.onprogress = (e) => {
      if (e.lengthComputable) change(photo.at, { percent: Math.min(99, Math.floor((e.loaded * 100) / e.total)) });
    };
    request.onerror = () => change(photo.at, { failed: 'again' });
    request.onload = () => {
      if (request.status === 201) change(photo.at, { id: JSON.parse(request.responseText).id, percent: 100 });
      else change(photo.at, { failed: request.status >= 500 || request.status === 429 ? 'again' : 'never' });
    };
    const body = new FormData();
    body.set('file', photo.file);
    request.send(body);
  };
  const add = (files: FileList | null) => {
    const room = most - photos.length;
    const added = [...(files ?? [])].slice(0, room).map((file) => ({
      at: next.current++,
      file,
      preview: URL.createObjectURL(file),
      percent: 0,
    }));
    setPhotos((all) => [...all, ...added]);
    for (const photo of added) send(photo);
    if (input.current) input.current.value = '';
  };
  const remove = (photo: Photo) => {
    URL.revokeObjectURL(photo.preview);
    setPhotos((all) => all.filter((one) => one.at !== photo.at));
  };

  return (
    <div class="needs-script">
      <ul class="grid grid-cols-[repeat(auto-fill,minmax(min(5.5rem,100%),1fr))] gap-2" aria-live="polite">
        {photos.map((photo, i) => (
          <li key={photo.at} class="relative aspect-square overflow-hidden rounded-field bg-rice">
            <img
              src={photo.preview}
              alt={words.photo.replace('#', String(i + 1))}
              class={`size-full object-cover ${photo.id ? '' : 'opacity-50'}`}
            />
            {photo.id && <input type="hidden" name={props.name} value={photo.id} />}
            {!photo.id && !photo.failed && (
              <span class="absolute inset-x-0 bottom-0 bg-card/90 px-1 text-center text-0">
                <progress class="block h-1.5 w-full" max={100} value={photo.percent} />
                <span class="tidy">{words.uploading.replace('#', String(photo.percent))}</span>
              </span>
            )}
            {photo.failed === 'again' && (
              <button
                type="button"
                onClick={() => send(photo)}
                class="absolute inset-0 grid place-items-center bg-card/85 p-1 text-0 font-semibold text-persimmon-deep"
              >
                {words.retry}
              </button>
            )}
            {photo.failed === 'never' && (
              <span class="absolute inset-0 grid place-items-center bg-card/85 p-1 text-center text-0 text-persimmon-deep">
                {words.broken}
              </span>
            )}
            <button
              type="button"
              aria-label={words.remove}
              onClick={() => remove(photo)}
              class="absolute top-0 right-0 grid size-11 place-items-start justify-items-end p-1"
            >
              <span
                class="grid size-7 place-items-center rounded-full bg-card text-2 text-ink shadow-card"
                aria-hidden="true"
              >
                ×
              </span>
            </button>
          </li>
        ))}
        {photos.length < most && (
          <li>
            <label class="grid aspect-square cursor-pointer place-items-center rounded-field border border-dashed border-edge bg-paper text-center text-1 text-pine has-focus-visible:outline-3 has-focus-visible:outline-persimmon">
              <span>
                <span class="block text-4 leading-none" aria-hidden="true">
                  +
                </span>
                {words.add}
              </span>
              <input
                ref={input}
                type="file"
                accept="image/jpeg,image/png,image/webp"
                multiple
                class="sr-only"
                onChange={(e) => add(e.currentTarget.files)}
              />
            </label>
          </li>
        )}
      </ul>
    </div>
  );
}
