import { CdrWriter } from './cdr_writer.js';

test('values are aligned from the end of the encapsulation header', () => {
  const w = new CdrWriter();
  w.u8(7);
  w.f64(1.5);
  w.string('ab');
  w.u32(0);
  w.u32(2);
  w.u16(1);
  w.u16(2);
  // 00 01 00 00 | 07, 7 of padding | 1.5 | length 3, "ab", 0 | 0 | 2, 1, 2
  expect(w.done().toString('hex')).toBe(
    '00010000' +
      '0700000000000000' +
      '000000000000f83f' +
      '0300000061620000' +
      '00000000' +
      '0200000001000200',
  );
});

test('values written while the buffer grows are not lost', () => {
  const writer = new CdrWriter();
  const values = Float64Array.from({ length: 3000 }, (_, k) => k + 0.5);
  for (const v of values) writer.f64(v);
  for (const v of values) writer.f32(v);
  const bytes = writer.done();
  values.forEach((v, k) => {
    expect(bytes.readDoubleLE(4 + 8 * k)).toBe(v);
    expect(bytes.readFloatLE(4 + 8 * values.length + 4 * k)).toBe(v);
  });
});
