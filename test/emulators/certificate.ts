import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';

/**
 * A self-signed X.509 certificate in PEM, for an emulator's own key: as much DER (ITU-T X.690) as that takes, since
 * Node reads certificates and does not make them.
 */
export function selfSigned(privateKey: KeyObject, name: string): { pem: string; serial: string } {
  const serial = randomBytes(20);
  serial[0] = ((serial[0] as number) & 0x3f) | 0x40;
  const algorithm = sequence(oid([1, 2, 840, 113549, 1, 1, 11]), der(0x05));
  const issuer = sequence(der(0x31, sequence(oid([2, 5, 4, 3]), der(0x0c, Buffer.from(name)))));
  const time = (year: number) => der(0x18, Buffer.from(`${year}0101000000Z`));
  const key = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ...[algorithm, issuer, sequence(time(2020), time(2099)), issuer, key],
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
  const text = (
    sequence(body, algorithm, signature)
      .toString('base64')
      .match(/.{1,64}/g) as string[]
  ).join('\n');
  return {
    pem: `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`,
    serial: serial.toString('hex').toUpperCase(),
  };
}

function der(tag: number, ...content: Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  const { length } = bytes;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, Math.floor(length / 256), length % 256];
  return Buffer.concat([Buffer.from([tag, ...size]), bytes]);
}

const sequence = (...content: Buffer[]) => der(0x30, ...content);

function oid([first, second, ...rest]: [number, number, ...number[]]): Buffer {
  const arcs = rest.flatMap((arc) => {
    const digits = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift((left % 128) + 128);
    return digits;
  });
  return der(0x06, Buffer.from([first * 40 + second, ...arcs]));
}
