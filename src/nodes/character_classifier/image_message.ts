import { type GrayImage, grayImage, largestSide } from '../../fewshot/gray_image.js';
import { InputError, reject } from '../../input_error.js';
import type { Image } from '../../ros/index.js';

/** Channels of a pixel, and where red, green and blue are among them; 8 bits each. */
const encodings: Record<string, { channels: number; rgb: [number, number, number] }> = {
  mono8: { channels: 1, rgb: [0, 0, 0] },
  '8UC1': { channels: 1, rgb: [0, 0, 0] },
  rgb8: { channels: 3, rgb: [0, 1, 2] },
  bgr8: { channels: 3, rgb: [2, 1, 0] },
  rgba8: { channels: 4, rgb: [0, 1, 2] },
  bgra8: { channels: 4, rgb: [2, 1, 0] },
};

/**
 * A sensor_msgs/Image as luminance (ITU-R BT.601). Rows may be padded (step).
 * @throws InputError, field under `name`, for another encoding, a size of 0, a step under a row's bytes, or data of another length.
 */
export function imageFromMessage(message: Image, name = 'image'): GrayImage {
  const { width, height, step, data } = message;
  const format = Object.hasOwn(encodings, message.encoding) ? encodings[message.encoding] : undefined;
  if (!format)
    throw new InputError({
      code: 'unknown-encoding',
      field: `${name}.encoding`,
      expected: `one of ${Object.keys(encodings).join(', ')}`,
      received: `"${message.encoding.slice(0, 40)}"`,
    });
  for (const [side, value] of [
    ['width', width],
    ['height', height],
  ] as const)
    if (value < 1 || value > largestSide)
      reject('wrong-size', `${name}.${side}`, `from 1 to ${largestSide}`, value);
  const row = width * format.channels;
  if (step < row) reject('wrong-step', `${name}.step`, `at least ${row} bytes (a row)`, step);
  if (data.length !== step * height)
    reject('wrong-length', `${name}.data`, `step x height = ${step * height} bytes`, data.length);
  const image = grayImage(width, height);
  const [r, g, b] = format.rgb;
  for (let y = 0, k = 0; y < height; y++)
    for (let x = 0, at = y * step; x < width; x++, at += format.channels)
      image.pixels[k++] = (0.299 * data[at + r] + 0.587 * data[at + g] + 0.114 * data[at + b]) / 255;
  for (let k = 0; k < image.pixels.length; k++) image.pixels[k] = Math.min(1, image.pixels[k]);
  return image;
}
