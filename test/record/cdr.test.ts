import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MessageDefinition } from '@foxglove/message-definition';
import { MessageReader } from '@foxglove/rosmsg2-serialization';
import { messageDefinitions } from '../../src/record/definitions';
import { cdrEncoder, encodedTypes } from '../../src/ros/cdr';

const own = (name: string): string | undefined => {
  const [pack, type] = name.split('/');
  return pack === 'oneshot_arm_msgs'
    ? readFileSync(join(__dirname, '..', '..', 'msgs', 'msg', `${type}.msg`), 'utf8')
    : undefined;
};

let next = 0;
/** A message whose every field has a value of its own, as its definition says. */
function filled(definitions: MessageDefinition[], name = definitions[0].name): Record<string, unknown> {
  const { definitions: fields } = definitions.find((d) => d.name === name)!;
  const value = (type: string, complex: boolean | undefined): unknown => {
    next++;
    if (complex) return filled(definitions, type);
    if (type === 'string') return `text ${next}`;
    if (type === 'bool') return next % 2 === 0;
    if (type === 'time' || type === 'duration') return { sec: next, nanosec: next + 1 };
    if (/^u?int64$/.test(type)) return BigInt(next);
    return /int/.test(type) ? next % 100 : next + 0.5;
  };
  return Object.fromEntries(
    fields
      .filter((f) => !f.isConstant)
      .map((f) => [
        f.name,
        f.isArray
          ? Array.from({ length: f.arrayLength ?? 2 }, () => value(f.type, f.isComplex))
          : value(f.type, f.isComplex),
      ]),
  );
}

const plain = (x: unknown): unknown =>
  JSON.parse(
    JSON.stringify(x, (_, v: unknown) =>
      typeof v === 'bigint' ? Number(v) : ArrayBuffer.isView(v) ? Array.from(v as never) : v,
    ).replaceAll('"nsec"', '"nanosec"'),
  );

test.each(encodedTypes)(
  '%s: what our encoder writes, a reader made from the .msg definitions reads',
  (type) => {
    const definitions = messageDefinitions(type, own);
    const message = filled(definitions);
    const bytes = cdrEncoder(type)!(message);
    expect(plain(new MessageReader(definitions).readMessage(bytes))).toEqual(plain(message));
  },
);
