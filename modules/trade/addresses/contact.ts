import type { Sealer } from '#platform/secrets.ts';

/** Where and to whom: the part of an address that is a person's. Kept sealed, as one. */
export interface Contact {
  name: string;
  phone: string;
  street: string;
}

export const sealContact = (sealer: Sealer, { name, phone, street }: Contact): Buffer =>
  sealer.seal(JSON.stringify({ name, phone, street }));

export const openContact = (sealer: Sealer, sealed: Uint8Array): Contact => JSON.parse(sealer.open(sealed)) as Contact;

/** Enough to tell two parcels apart, not enough to find somebody. */
export const maskContact = ({ name, phone }: Contact): Contact => ({
  name: `${[...name][0] ?? ''}＊＊`,
  phone: `${phone.slice(0, 3)}****${phone.slice(-4)}`,
  street: '＊＊＊',
});
