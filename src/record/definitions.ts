/**
 * Message definitions: what the fields of a ROS 2 message type are, from its .msg text. One table for writing, for reading and
 * for the schemas that a recording carries with it.
 */
import type { MessageDefinition } from '@foxglove/message-definition';
import { parse } from '@foxglove/rosmsg';
import { ros2jazzy } from '@foxglove/rosmsg-msgs-common';
import { reject } from '../input_error.js';

/** The .msg text of a type such as "oneshot_arm_msgs/Lesson", or undefined where it is not known. */
export type DefinitionSource = (type: string) => string | undefined;

const times: Record<string, string> = {
  time: 'builtin_interfaces/Time',
  duration: 'builtin_interfaces/Duration',
};

/** "sensor_msgs/msg/JointState" as the definitions name it: "sensor_msgs/JointState". */
export function shortName(type: string): string {
  return type.replace('/msg/', '/');
}

/**
 * Definitions of a type and of all it is made of, the type's own first.
 * @param type "sensor_msgs/msg/JointState". @param own texts beside the standard ones. @throws InputError for an unknown type.
 */
export function messageDefinitions(
  type: string,
  own: DefinitionSource = () => undefined,
): MessageDefinition[] {
  const found = new Map<string, MessageDefinition>();
  const add = (name: string): void => {
    if (found.has(name)) return;
    const definition = one(name, own);
    found.set(name, definition);
    for (const field of definition.definitions) if (field.isComplex) add(field.type);
  };
  add(shortName(type));
  return [...found.values()];
}

function one(name: string, own: DefinitionSource): MessageDefinition {
  const text = own(name);
  if (text === undefined) {
    const standard = (ros2jazzy as Record<string, MessageDefinition | undefined>)[name];
    return standard ?? reject('unknown-type', 'type', 'a message type whose definition is known', name);
  }
  const [definition] = parse(text, { ros2: true, skipTypeFixup: true });
  const pack = name.slice(0, name.indexOf('/'));
  return {
    name,
    definitions: definition.definitions.map((field) => {
      if (!field.isComplex) return field;
      const type = shortName(field.type);
      return { ...field, type: type.includes('/') ? type : `${pack}/${type}` };
    }),
  };
}

/** The definitions as one text, the schema of a recording (encoding "ros2msg"): sections parted by lines of "=". */
export function schemaText(definitions: readonly MessageDefinition[]): string {
  const sections = definitions.map(({ name, definitions: fields }, k) => {
    const lines = fields.map((f) => {
      const type = times[f.type] ?? f.type;
      const array = f.isArray
        ? `[${f.arrayLength ?? (f.arrayUpperBound ? `<=${f.arrayUpperBound}` : '')}]`
        : '';
      return `${type}${array} ${f.name}${f.isConstant ? `=${f.valueText ?? String(f.value)}` : ''}`;
    });
    return `${k ? `${'='.repeat(80)}\nMSG: ${name}\n` : ''}${lines.join('\n')}\n`;
  });
  const used = new Set(definitions.flatMap((d) => d.definitions.map((f) => f.type)));
  for (const [name, type, sec] of [
    ['time', times.time, 'int32 sec'],
    ['duration', times.duration, 'int32 sec'],
  ])
    if (used.has(name)) sections.push(`${'='.repeat(80)}\nMSG: ${type}\n${sec}\nuint32 nanosec\n`);
  return sections.join('');
}
