/** Writes CDR (XCDR1, little endian: OMG DDS-XTypes 7.4.1): appends values, each aligned to its size. */
export class CdrWriter {
  private bytes = Buffer.alloc(4096);
  private view = viewOf(this.bytes);
  private at = 4;

  constructor() {
    this.bytes[1] = 1; // representation identifier CDR_LE, options 0
  }

  u8(x: number): void {
    const at = this.reserve(1, 1); // may replace this.bytes: first
    this.bytes[at] = x;
  }

  bool(x: boolean): void {
    this.u8(x ? 1 : 0);
  }

  u16(x: number): void {
    const at = this.reserve(2, 2);
    this.view.setUint16(at, x, true);
  }

  i32(x: number): void {
    const at = this.reserve(4, 4);
    this.view.setInt32(at, x, true);
  }

  u32(x: number): void {
    const at = this.reserve(4, 4);
    this.view.setUint32(at, x, true);
  }

  u64(x: bigint): void {
    const at = this.reserve(8, 8);
    this.view.setBigUint64(at, x, true);
  }

  f32(x: number): void {
    const at = this.reserve(4, 4);
    this.view.setFloat32(at, x, true);
  }

  f64(x: number): void {
    const at = this.reserve(8, 8);
    this.view.setFloat64(at, x, true);
  }

  /** values[from] to values[to - 1], without their number. */
  f64s(values: ArrayLike<number>, from: number, to: number): void {
    if (to <= from) return;
    let at = this.reserve(8 * (to - from), 8);
    for (let k = from; k < to; k++, at += 8) this.view.setFloat64(at, values[k], true);
  }

  string(text: string): void {
    const length = Buffer.byteLength(text) + 1;
    this.u32(length);
    const at = this.reserve(length, 1);
    this.bytes.write(text, at);
    this.bytes[at + length - 1] = 0;
  }

  raw(values: Uint8Array): void {
    const at = this.reserve(values.length, 1);
    this.bytes.set(values, at);
  }

  /** Makes room for about so many bytes more: one allocation instead of many. */
  expect(bytes: number): void {
    if (this.at + bytes > this.bytes.length) this.grow(Math.max(2 * this.bytes.length, this.at + bytes));
  }

  /** Everything written so far. */
  done(): Buffer {
    return this.bytes.subarray(0, this.at);
  }

  private reserve(size: number, alignment: number): number {
    // alignment counts from the end of the four bytes in front
    const start = this.at + ((alignment - ((this.at - 4) % alignment)) % alignment);
    if (start + size > this.bytes.length) this.grow(Math.max(2 * this.bytes.length, start + size));
    for (let k = this.at; k < start; k++) this.bytes[k] = 0;
    this.at = start + size;
    return start;
  }

  private grow(size: number): void {
    const larger = Buffer.allocUnsafe(size);
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
    this.view = viewOf(larger);
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
