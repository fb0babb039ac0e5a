import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MessageDefinition } from '@foxglove/message-definition';
import { MessageReader } from '@foxglove/rosmsg2-serialization';
import { messageDefinitions } from '../../src/record/definitions';
import { messageCodec, type MessageDefinition as OwnDefinition } from '../../src/ros/message_codec';

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

/** A definition as rclnodejs would tell it. */
function asOwn(definitions: MessageDefinition[], name = definitions[0].name): OwnDefinition {
  if (/^builtin_interfaces\//.test(name!))
    return {
      fields: ['sec', 'nanosec'].map((part, k) => ({
        name: part,
        type: { ...scalar, type: k || name === 'builtin_interfaces/Time' ? 'uint32' : 'int32' },
      })),
    };
  return {
    fields: definitions
      .find((d) => d.name === name)!
      .definitions.filter((f) => !f.isConstant)
      .map((f) => {
        const time = f.type === 'time' || f.type === 'duration';
        const [pkgName, type] = time
          ? ['builtin_interfaces', f.type]
          : f.isComplex
            ? f.type.replace('/msg/', '/').split('/')
            : [null, f.type];
        return {
          name: f.name,
          type: {
            type,
            pkgName,
            isPrimitiveType: pkgName === null,
            isArray: f.isArray ?? false,
            isFixedSizeArray: f.isArray ? f.arrayLength !== undefined : null,
            arraySize: f.arrayLength ?? null,
          },
        };
      }),
  };
}
const scalar = {
  pkgName: null,
  isPrimitiveType: true,
  isArray: false,
  isFixedSizeArray: null,
  arraySize: null,
};

test.each([
  'trajectory_msgs/msg/JointTrajectory',
  'nav_msgs/msg/Path',
  'sensor_msgs/msg/JointState',
  'tf2_msgs/msg/TFMessage',
  'oneshot_arm_msgs/msg/Lesson',
  'oneshot_arm_msgs/msg/Activity',
  'oneshot_arm_msgs/msg/LearnerStatus',
])('%s: what our encoder writes, a reader made from the .msg definitions reads, and ours as well', (type) => {
  const definitions = messageDefinitions(type, own);
  const message = filled(definitions);
  const codec = messageCodec(asOwn(definitions), (pkg, name) =>
    asOwn(
      definitions,
      pkg === 'builtin_interfaces'
        ? `${pkg}/${name}`
        : definitions.find((d) => d.name?.replace('/msg/', '/') === `${pkg}/${name}`)!.name,
    ),
  );
  const bytes = codec.write(message);
  expect(plain(new MessageReader(definitions).readMessage(bytes))).toEqual(plain(message));
  expect(plain(codec.read(bytes))).toEqual(plain(message));
});
