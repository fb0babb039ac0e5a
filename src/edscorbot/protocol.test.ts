import fc from 'fast-check';
import { decodeClaim, decodeCommand, decodeCounters, decodeMetainfo } from './protocol.js';
import { encodeClaim, encodeCommand, encodeCounters, Signal } from './protocol.js';

test('commands go there and back', () => {
  const message = {
    signal: Signal.MOVE_TO_POINT,
    client: { id: 'a' },
    point: { coordinates: [1, -2, 3, 4] },
  };
  expect(decodeCommand(encodeCommand(message))).toEqual(message);
});

test('counters: six, with time stamp and step or without; not the end mark, not what is no count', () => {
  const six = [32769, 32764, 32734, 32768, 32768, 32767];
  expect(decodeCounters(encodeCounters(six))).toEqual(six);
  expect(decodeCounters('[32769,32764,32734,32768,32768,32767,17,3]')).toEqual(six);
  for (const bad of [
    '[-1,-1,-1,-1,-1,-1,-1]',
    '[1,2,3,4,5]',
    '[1,2,3,4,5,65536]',
    '[1,2,3,4,5,6.5]',
    '{}',
    '',
  ])
    expect(decodeCounters(bad)).toBeUndefined();
});

test('claims and their ends', () => {
  expect(decodeClaim(encodeClaim('x'))).toEqual({ id: 'x', released: false });
  expect(decodeClaim(encodeClaim('x', true))).toEqual({ id: 'x', released: true });
  expect(decodeClaim('{"id":"x"}')?.released).toBe(false);
});

test('no text whatever throws or gives numbers that are not finite', () => {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom('{"signal":7,"point":{"coordinates":[1e999]}}', '[1e999,0,0,0,0,0]'),
  );
  fc.assert(
    fc.property(text, (t) => {
      for (const decode of [decodeCommand, decodeCounters, decodeMetainfo, decodeClaim]) decode(t);
      for (const c of decodeCounters(t) ?? []) expect(Number.isInteger(c)).toBe(true);
      for (const c of decodeCommand(t)?.point?.coordinates ?? []) expect(Number.isFinite(c)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
