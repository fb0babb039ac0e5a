/** Takes values out of CDR (XCDR1, either byte order), each aligned to its size: what CdrWriter writes. Throws past the end. */
export class CdrReader {
  private readonly view: DataView;
  private readonly bytes: Buffer;
  private readonly little: boolean;
  private at = 4;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const representation = this.view.getUint16(0);
    if (representation > 1) throw new Error(`CDR representation ${representation} is not read here`);
    this.little = representation === 1;
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }

  u16(): number {
    return this.view.getUint16(this.take(2), this.little);
  }

  i32(): number {
    return this.view.getInt32(this.take(4), this.little);
  }

  u32(): number {
    return this.view.getUint32(this.take(4), this.little);
  }

  u64(): bigint {
    return this.view.getBigUint64(this.take(8), this.little);
  }

  f32(): number {
    return this.view.getFloat32(this.take(4), this.little);
  }

  f64(): number {
    return this.view.getFloat64(this.take(8), this.little);
  }

  string(): string {
    const length = this.u32();
    this.mustHave(length);
    const from = this.at;
    this.at += length;
    return this.bytes.toString('utf8', from, from + Math.max(0, length - 1));
  }

  raw(length: number): Uint8Array {
    this.mustHave(length);
    const from = this.at;
    this.at += length;
    return Uint8Array.from(this.bytes.subarray(from, this.at));
  }

  /** So many elements, of a byte or more each, must still be there: no length is believed that the message cannot have. */
  mustHave(count: number): void {
    if (count > this.bytes.length - this.at)
      throw new RangeError(`CDR: ${count} elements where ${this.bytes.length - this.at} bytes are left`);
  }

  private take(size: number): number {
    // alignment counts from the end of the four bytes in front
    const from = this.at + ((size - ((this.at - 4) % size)) % size);
    this.at = from + size;
    return from;
  }
}
