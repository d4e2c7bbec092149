import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import qrcode from 'qrcode';
import sharp from 'sharp';

const WIDE = 640;
const HIGH = 480;
const FRAMES = 10;

/** A camera of the browser that sees what it is shown: Chromium plays a file in its place. */
export class Camera {
  private readonly file: string;

  constructor(folder: string) {
    this.file = join(folder, 'camera.y4m');
  }

  get flags(): string[] {
    return [
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${this.file}`,
    ];
  }

  /** A card in a hand: its code a third of the picture, turned, not quite sharp, on paper that is not quite white. */
  async show(text: string): Promise<void> {
    const drawn = await qrcode.toBuffer(text, { errorCorrectionLevel: 'M', margin: 4, width: 210 });
    const code = await sharp(drawn).flatten({ background: '#ffffff' }).rotate(11, { background: '#e8e4dc' }).toBuffer();
    const { data: light } = await sharp({
      create: { width: WIDE, height: HIGH, channels: 3, background: '#e8e4dc' },
    })
      .composite([{ input: code, left: 150, top: 90 }])
      .png()
      .toBuffer()
      .then((picture) => sharp(picture).blur(1.2).greyscale().raw().toBuffer({ resolveWithObject: true }));
    // YUV4MPEG2: light of every pixel, then two planes of colour at half the size, which stay grey.
    const frame = Buffer.concat([Buffer.from('FRAME\n'), light, Buffer.alloc((WIDE * HIGH) / 2, 128)]);
    const head = Buffer.from(`YUV4MPEG2 W${WIDE} H${HIGH} F10:1 Ip A1:1 C420jpeg\n`);
    await writeFile(this.file, Buffer.concat([head, ...Array.from({ length: FRAMES }, () => frame)]));
  }
}
