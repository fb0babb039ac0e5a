/** Instantiates a WebAssembly kernel on a memory of its own, and hands out typed views of that memory. */
const modules = new Map<string, WebAssembly.Module>();

/** A kernel's exports and its memory. Allocate everything before the hot loop: nothing is freed. */
export class Kernel<Exports> {
  readonly exports: Exports;
  private readonly memory: WebAssembly.Memory;
  private next: number;

  /** @param wasmBase64 of a generated kernel. @param bytes memory wanted for arrays, all allocations together. */
  constructor(wasmBase64: string, bytes: number) {
    let module = modules.get(wasmBase64);
    if (!module) {
      module = new WebAssembly.Module(Uint8Array.from(atob(wasmBase64), (c) => c.charCodeAt(0)));
      modules.set(wasmBase64, module);
    }
    const reserved = 65536; // static data of the kernel lies below
    const pages = Math.ceil((reserved + bytes + 65536) / 65536);
    this.memory = new WebAssembly.Memory({ initial: pages });
    this.exports = new WebAssembly.Instance(module, { env: { memory: this.memory } }).exports as Exports;
    this.next = reserved;
  }

  /** A 64-byte aligned float32 array in kernel memory (zeros); pass `.byteOffset` to kernel functions. */
  f32(length: number): Float32Array {
    return new Float32Array(this.memory.buffer, this.reserve(4 * length), length);
  }

  /** A 64-byte aligned int32 array in kernel memory (zeros). */
  i32(length: number): Int32Array {
    return new Int32Array(this.memory.buffer, this.reserve(4 * length), length);
  }

  /** A 64-byte aligned int16 array in kernel memory (zeros). */
  i16(length: number): Int16Array {
    return new Int16Array(this.memory.buffer, this.reserve(2 * length), length);
  }

  /** A 64-byte aligned byte array in kernel memory (zeros). */
  u8(length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, this.reserve(length), length);
  }

  private reserve(bytes: number): number {
    const at = this.next;
    this.next = (at + bytes + 63) & ~63;
    if (this.next > this.memory.buffer.byteLength)
      throw new RangeError(`kernel memory exhausted: ${bytes} bytes more wanted`);
    return at;
  }
}

/** Bytes that `count` arrays with `elements` 4-byte elements in total take, alignment included. */
export function bytesFor(elements: number, count = 1): number {
  return 4 * elements + 64 * count;
}
