/** A product's picture on rice ground; the ground alone when there is none yet. */
export function Thumb({ picture, alt, large }: { picture: { base: string } | null; alt: string; large?: boolean }) {
  return (
    <span className={large ? 'thumb thumb-large' : 'thumb'}>
      {picture ? <img src={`${picture.base}-320.webp`} alt={alt} loading="lazy" /> : null}
    </span>
  );
}
