/**
 * Reads and writes CDR by a message's definition as rclnodejs holds it (`ROSMessageDef` of a generated class): plain objects in and
 * out, numeric arrays as typed arrays, 64-bit integers as bigints.
 */
import { CdrReader } from './cdr_reader.js';
import { CdrWriter } from './cdr_writer.js';
import type { PlainMessage } from './rcl.js';

/** One field of a definition, as far as it is looked at. */
export interface FieldDefinition {
  name: string;
  type: {
    type: string;
    /** Of a nested message. */
    pkgName: string | null;
    isPrimitiveType: boolean;
    isArray: boolean;
    isFixedSizeArray: boolean | null;
    arraySize: number | null;
  };
}
export interface MessageDefinition {
  fields: FieldDefinition[];
}

/** Both ways of one type. */
export interface MessageCodec {
  read(bytes: Uint8Array): PlainMessage;
  /** What is missing is zero, empty or false. */
  write(message: PlainMessage): Buffer;
}

/** Method of a message that appends its own bytes (CdrWriter): for one that is no object of its fields yet. */
export const writesItself = Symbol('writes itself');

interface ValueCodec {
  read(r: CdrReader): unknown;
  write(w: CdrWriter, value: never): void;
}

const primitives: Record<string, ValueCodec> = {
  bool: { read: (r) => r.u8() !== 0, write: (w, x: boolean = false) => w.bool(x) },
  uint8: { read: (r) => r.u8(), write: (w, x: number = 0) => w.u8(x) },
  int8: { read: (r) => (r.u8() << 24) >> 24, write: (w, x: number = 0) => w.u8(x & 0xff) },
  uint16: { read: (r) => r.u16(), write: (w, x: number = 0) => w.u16(x) },
  int16: { read: (r) => (r.u16() << 16) >> 16, write: (w, x: number = 0) => w.u16(x & 0xffff) },
  uint32: { read: (r) => r.u32(), write: (w, x: number = 0) => w.u32(x) },
  int32: { read: (r) => r.i32(), write: (w, x: number = 0) => w.i32(x) },
  uint64: { read: (r) => r.u64(), write: (w, x: bigint = 0n) => w.u64(x) },
  int64: {
    read: (r) => BigInt.asIntN(64, r.u64()),
    write: (w, x: bigint = 0n) => w.u64(BigInt.asUintN(64, x)),
  },
  float32: { read: (r) => r.f32(), write: (w, x: number = 0) => w.f32(x) },
  float64: { read: (r) => r.f64(), write: (w, x: number = 0) => w.f64(x) },
  byte: { read: (r) => r.u8(), write: (w, x: number = 0) => w.u8(x) },
  string: { read: (r) => r.string(), write: (w, x: string = '') => w.string(x) },
};

/** Array types that numeric arrays arrive as. */
const arrays: Record<string, new (length: number) => { length: number; [k: number]: number }> = {
  uint8: Uint8Array,
  byte: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
};

/**
 * The codec of a definition. @param nested definitions of nested messages.
 * @throws Error where a type is none that goals and results here are made of.
 */
export function messageCodec(
  definition: MessageDefinition,
  nested: (packageName: string, type: string) => MessageDefinition,
): MessageCodec {
  const whole = structCodec(definition, nested);
  return {
    read: (bytes) => whole.read(new CdrReader(bytes)) as PlainMessage,
    write(message) {
      const w = new CdrWriter();
      whole.write(w, message as never);
      return w.done();
    },
  };
}

function structCodec(
  { fields }: MessageDefinition,
  nested: (packageName: string, type: string) => MessageDefinition,
): ValueCodec {
  const codecs = fields.map(({ type }) => fieldCodec(type, nested));
  return {
    read(r) {
      const message: Record<string, unknown> = {};
      for (let k = 0; k < fields.length; k++) message[fields[k].name] = codecs[k].read(r);
      return message;
    },
    write(w, message: (Record<string, never> & { [writesItself]?: (w: CdrWriter) => void }) | undefined) {
      if (message?.[writesItself]) return message[writesItself](w);
      for (let k = 0; k < fields.length; k++) codecs[k].write(w, message?.[fields[k].name] as never);
    },
  };
}

function fieldCodec(
  type: FieldDefinition['type'],
  nested: (packageName: string, type: string) => MessageDefinition,
): ValueCodec {
  const element = type.isPrimitiveType
    ? primitives[type.type]
    : structCodec(nested(type.pkgName as string, type.type), nested);
  if (!element) throw new Error(`no codec for ${type.type}`);
  if (!type.isArray) return element;
  const fixed = type.isFixedSizeArray ? (type.arraySize as number) : null;
  const Typed = type.isPrimitiveType ? arrays[type.type] : undefined;
  // most points of a trajectory have no effort, many no accelerations: one empty array for all
  const none = Typed && new Typed(0);
  return {
    read(r) {
      const length = fixed ?? r.u32();
      if (length === 0 && none) return none;
      if (Typed === Uint8Array) return r.raw(length);
      if (Typed === Int8Array) return new Int8Array(r.raw(length).buffer);
      r.mustHave(length);
      const values: { length: number; [k: number]: unknown } = Typed ? new Typed(length) : new Array(length);
      for (let k = 0; k < length; k++) values[k] = element.read(r);
      return values;
    },
    write(w, values: ArrayLike<never> | undefined) {
      const length = fixed ?? values?.length ?? 0;
      if (fixed === null) w.u32(length);
      if (Typed === Uint8Array && (values as unknown) instanceof Uint8Array)
        return w.raw((values as unknown as Uint8Array).subarray(0, length));
      if (Typed === Int8Array && (values as unknown) instanceof Int8Array) {
        const { buffer, byteOffset } = values as unknown as Int8Array;
        return w.raw(new Uint8Array(buffer, byteOffset, length));
      }
      for (let k = 0; k < length; k++) element.write(w, values?.[k] as never);
    },
  };
}
