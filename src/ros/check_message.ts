/** What people write as a message (a YAML mapping) held against the message's definition, before it goes out. */
import { InputError, describe } from '../input_error.js';
import { nearestName } from '../nearest_name.js';
import { loadRcl, type PlainMessage } from './rcl.js';

interface FieldType {
  isArray: boolean;
  arraySize: number | null;
  isUpperBound: boolean;
  isPrimitiveType: boolean;
  pkgName: string | null;
  type: string;
}
interface Definition {
  fields: { name: string; type: FieldType }[];
}
type Interface = { ROSMessageDef: Definition };

/**
 * `value` as the request of a service: missing fields keep their defaults.
 * @param type as in "std_srvs/srv/SetBool". @throws InputError naming the field, where it is unknown or of another type.
 */
export function checkedRequest(type: string, value: unknown): PlainMessage {
  const { Request } = loadRcl().require(type) as { Request: Interface };
  return checked(Request.ROSMessageDef, value ?? {}, '') as PlainMessage;
}

function checked(definition: Definition, value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return fail(path || 'request', 'a mapping {field: value}', value);
  const names = definition.fields
    .map((f) => f.name)
    .filter((n) => n !== 'structure_needs_at_least_one_member');
  return Object.fromEntries(
    Object.entries(value).map(([name, given]) => {
      const field = definition.fields.find((f) => f.name === name);
      const at = path ? `${path}.${name}` : name;
      if (!field)
        return fail(at, names.length ? `a field such as ${nearestName(name, names)}` : 'no fields', given);
      return [name, field.type.isArray ? list(field.type, given, at) : one(field.type, given, at)];
    }),
  );
}

function list(type: FieldType, value: unknown, at: string): unknown {
  const { arraySize, isUpperBound } = type;
  const size = arraySize === null ? '' : ` of ${isUpperBound ? 'at most ' : ''}${arraySize}`;
  if (
    !Array.isArray(value) ||
    (arraySize !== null && (isUpperBound ? value.length > arraySize : value.length !== arraySize))
  )
    return fail(at, `a list${size}`, value);
  return value.map((item, k) => one(type, item, `${at}[${k}]`));
}

function one(type: FieldType, value: unknown, at: string): unknown {
  if (!type.isPrimitiveType)
    return checked(
      (loadRcl().require(`${type.pkgName}/msg/${type.type}`) as Interface).ROSMessageDef,
      value,
      at,
    );
  if (type.type === 'bool') return typeof value === 'boolean' ? value : fail(at, 'true or false', value);
  if (/string$/.test(type.type)) return typeof value === 'string' ? value : fail(at, 'text', value);
  if (/^float/.test(type.type)) return typeof value === 'number' ? value : fail(at, 'a number', value);
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return fail(at, `an ${type.type}`, value);
  const bits = /^(?:byte|char)$/.test(type.type) ? 8 : Number(/\d+/.exec(type.type)?.[0] ?? 8);
  const low = /^int/.test(type.type) ? -(2 ** (bits - 1)) : 0;
  if (value < low || value >= low + 2 ** bits) return fail(at, `an ${type.type}`, value);
  return bits === 64 ? BigInt(value) : value;
}

function fail(field: string, expected: string, received: unknown): never {
  throw new InputError({ code: 'wrong-request', field, expected, received: describe(received) });
}
