import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** A picture: three bytes for each pixel, red, green and blue, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const MAX_COLORS = 256;
/** Bytes of a pixel, by the type of colours: RGB, palette, RGB with alpha. */
const PIXEL_BYTES: Readonly<Record<number, number>> = { 2: 3, 3: 1, 6: 4 };

/**
 * Reads a PNG of eight bits a channel that is not interlaced, as Chromium and {@link writePng} write it.
 *
 * @throws Error for another file
 */
export function readPng(file: Buffer): Picture {
  const chunks = chunksOf(file);
  const head = chunks.find(({ type }) => type === 'IHDR')?.data;
  const pixelBytes = PIXEL_BYTES[head?.[9] ?? 0];
  if (head === undefined || pixelBytes === undefined || head[8] !== 8 || head[12] !== 0) {
    throw new Error('Not a PNG of a known kind.');
  }
  const width = head.readUInt32BE(0);
  const height = head.readUInt32BE(4);
  const data = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map((one) => one.data));
  const pixels = unfiltered(inflateSync(data), width * pixelBytes, height, pixelBytes);
  const palette = chunks.find(({ type }) => type === 'PLTE')?.data;
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const [from, start] =
      palette === undefined ? [pixels, i * pixelBytes] : [palette, (pixels[i] as number) * 3];
    for (let channel = 0; channel < 3; channel++) {
      rgb[i * 3 + channel] = from[start + channel] as number;
    }
  }
  return { width, height, rgb };
}

/** Writes a picture with 256 colours at most: others become the nearest of them. */
export function writePng({ width, height, rgb }: Picture): Buffer {
  const { palette, indexes } = paletteOf(rgb);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height);
  for (let row = 0; row < height; row++) {
    rows.set(indexes.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A pixel is different if a channel differs by more: fonts are smoothed, and colours were rounded. */
const CHANNEL_TOLERANCE = 48;

/** The share of the pixels that are different; 1 for pictures of different sizes. */
export function differenceOf(a: Picture, b: Picture): number {
  if (a.width !== b.width || a.height !== b.height) return 1;
  let different = 0;
  for (let i = 0; i < a.rgb.length; i += 3) {
    for (let channel = i; channel < i + 3; channel++) {
      if (Math.abs((a.rgb[channel] as number) - (b.rgb[channel] as number)) > CHANNEL_TOLERANCE) {
        different++;
        break;
      }
    }
  }
  return different / (a.rgb.length / 3);
}

function chunksOf(file: Buffer): { readonly type: string; readonly data: Buffer }[] {
  if (!file.subarray(0, 8).equals(SIGNATURE)) throw new Error('Not a PNG.');
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    chunks.push({ type, data: file.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

// PNG, section 9: the filters of rows.
function unfiltered(data: Buffer, rowBytes: number, height: number, pixelBytes: number): Buffer {
  const pixels = Buffer.alloc(rowBytes * height);
  for (let row = 0; row < height; row++) {
    const filter = data[row * (rowBytes + 1)];
    const start = row * rowBytes;
    for (let i = 0; i < rowBytes; i++) {
      const left = i < pixelBytes ? 0 : (pixels[start + i - pixelBytes] as number);
      const up = row === 0 ? 0 : (pixels[start + i - rowBytes] as number);
      const corner =
        row === 0 || i < pixelBytes ? 0 : (pixels[start + i - rowBytes - pixelBytes] as number);
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? 0];
      pixels[start + i] = (data[row * (rowBytes + 1) + 1 + i] as number) + (predicted ?? 0);
    }
  }
  return pixels;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [byLeft, byUp, byCorner] = [left, up, corner].map((value) => Math.abs(estimate - value));
  if ((byLeft as number) <= (byUp as number) && (byLeft as number) <= (byCorner as number)) {
    return left;
  }
  return (byUp as number) <= (byCorner as number) ? up : corner;
}

/** So many colours are taken because they are frequent; the others, because they differ from those. */
const FREQUENT_COLORS = 96;
const DIFFERENT_BITS = 0xe0e0e0;

/** Chooses colours of which some are frequent and some rare but different; all become the nearest of them. */
function paletteOf(rgb: Uint8Array): { readonly palette: Buffer; readonly indexes: Uint8Array } {
  const counts = new Map<number, number>();
  const colorAt = (i: number): number =>
    ((rgb[i] as number) << 16) | ((rgb[i + 1] as number) << 8) | (rgb[i + 2] as number);
  for (let i = 0; i < rgb.length; i += 3) {
    const color = colorAt(i);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const byCount = [...counts].sort((a, b) => b[1] - a[1]).map(([color]) => color);
  const kept = byCount.slice(0, FREQUENT_COLORS);
  const seen = new Set(kept.map((color) => color & DIFFERENT_BITS));
  for (const color of byCount) {
    if (kept.length === MAX_COLORS) break;
    if (seen.has(color & DIFFERENT_BITS)) continue;
    seen.add(color & DIFFERENT_BITS);
    kept.push(color);
  }
  const palette = Buffer.alloc(kept.length * 3);
  kept.forEach((color, index) => {
    palette.writeUIntBE(color, index * 3, 3);
  });
  const known = new Map(kept.map((color, index) => [color, index]));
  const indexes = new Uint8Array(rgb.length / 3);
  for (let i = 0; i < rgb.length; i += 3) {
    const color = colorAt(i);
    let index = known.get(color);
    if (index === undefined) {
      index = nearest(color, palette);
      known.set(color, index);
    }
    indexes[i / 3] = index;
  }
  return { palette, indexes };
}

function nearest(color: number, palette: Buffer): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index * 3 < palette.length; index++) {
    let distance = 0;
    for (let channel = 0; channel < 3; channel++) {
      const value = (color >> (16 - 8 * channel)) & 255;
      distance += (value - (palette[index * 3 + channel] as number)) ** 2;
    }
    if (distance < least) {
      least = distance;
      best = index;
    }
  }
  return best;
}
