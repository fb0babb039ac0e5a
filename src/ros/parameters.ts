/**
 * Parameters of a node, declared from one table: name -> type, default, range or choices, documentation, read-only.
 * The table is the source of defaults, of validation at start and on set, of the descriptors that `ros2 param describe`
 * shows, and of the types that code sees.
 */
import { InputError, describe } from '../input_error.js';
import { nearestName } from '../nearest_name.js';
import { namesOnCommandLine, parameterOverrides } from './parameter_overrides.js';
import { loadRcl, type RclNode, type RclParameter } from './rcl.js';

interface SpecBase {
  /** One line for `ros2 param describe`. */
  doc: string;
  /** Can be set only at start. */
  readOnly?: boolean;
}
export type ParameterSpec =
  | (SpecBase & { type: 'bool'; default: boolean })
  | (SpecBase & { type: 'int'; default: number; range?: readonly [number, number] })
  | (SpecBase & { type: 'double'; default: number; range?: readonly [number, number] })
  | (SpecBase & { type: 'string'; default: string; choices?: readonly string[] })
  | (SpecBase & { type: 'double[]'; default: readonly number[]; range?: readonly [number, number] })
  | (SpecBase & { type: 'string[]'; default: readonly string[]; choices?: readonly string[] });

/** Name -> specification; names may have dots. */
export type ParameterTable = Readonly<Record<string, ParameterSpec>>;

type TypeOf<S extends ParameterSpec> = S extends { type: 'bool' }
  ? boolean
  : S extends { type: 'int' | 'double' }
    ? number
    : S extends { type: 'string'; choices: readonly (infer C)[] }
      ? C
      : S extends { type: 'string' }
        ? string
        : S extends { type: 'double[]' }
          ? number[]
          : string[];
/** Values of a table. */
export type ParameterValues<T extends ParameterTable> = { -readonly [K in keyof T]: TypeOf<T[K]> };

/** The values of a node for which nothing is set. */
export function defaultValues<T extends ParameterTable>(table: T): ParameterValues<T> {
  return Object.fromEntries(
    Object.entries(table).map(([name, spec]) => [name, spec.default]),
  ) as ParameterValues<T>;
}

const rosTypes: Record<ParameterSpec['type'], number> = {
  bool: 1,
  int: 2,
  double: 3,
  string: 4,
  'double[]': 8,
  'string[]': 9,
};

/**
 * The value as the table's type, checked. Integers are taken for doubles, empty arrays for any array.
 * Throws InputError, field = parameter name.
 */
export function checkParameter(name: string, spec: ParameterSpec, value: unknown): unknown {
  const fail = (code: string, expected: string): never => {
    throw new InputError({ code, field: name, expected, received: describe(toPlain(value)) });
  };
  const plain = toPlain(value);
  switch (spec.type) {
    case 'bool':
      return typeof plain === 'boolean' ? plain : fail('wrong-type', 'a bool');
    case 'int':
    case 'double': {
      if (typeof plain !== 'number') return fail('wrong-type', spec.type === 'int' ? 'an int' : 'a double');
      if (spec.type === 'int' && !Number.isInteger(plain)) return fail('wrong-type', 'an int');
      return inRange(plain, spec.range) ? plain : fail('out-of-range', rangeText(spec.range));
    }
    case 'string':
      if (typeof plain !== 'string') return fail('wrong-type', 'a string');
      if (spec.choices && !spec.choices.includes(plain))
        return fail('unknown-choice', `one of ${spec.choices.join(', ')}`);
      return plain;
    case 'double[]':
      if (!Array.isArray(plain) || !plain.every((v) => typeof v === 'number'))
        return fail('wrong-type', 'an array of doubles');
      return plain.every((v: number) => inRange(v, spec.range))
        ? plain
        : fail('out-of-range', `values that are ${rangeText(spec.range)}`);
    case 'string[]':
      if (!Array.isArray(plain) || !plain.every((v) => typeof v === 'string'))
        return fail('wrong-type', 'an array of strings');
      if (spec.choices && !plain.every((v: string) => spec.choices?.includes(v)))
        return fail('unknown-choice', `values out of ${spec.choices.join(', ')}`);
      return plain;
  }
}

function inRange(x: number, range?: readonly [number, number]): boolean {
  if (Number.isNaN(x)) return false;
  return range === undefined ? Number.isFinite(x) : x >= range[0] && x <= range[1];
}

function rangeText(range?: readonly [number, number]): string {
  return range ? `from ${range[0]} to ${range[1]}` : 'finite';
}

/** What `ros2 param describe` says of a parameter: its documentation with choices or range (ROS has neither for arrays). */
export function parameterDescription(spec: ParameterSpec): string {
  if ('choices' in spec && spec.choices) return `${spec.doc} (${spec.choices.join(' | ')})`;
  return 'range' in spec && spec.range ? `${spec.doc} (${rangeText(spec.range)})` : spec.doc;
}

/** Parameters that every node of rclnodejs and rcl has. */
const common = /^(use_sim_time|start_type_description_service|qos_overrides\..*)$/;

/**
 * Refuses values for parameters that the node does not have: they are misspelled. Rules for several nodes in a file (`/**`)
 * may hold other nodes' parameters: told, not refused. Sets use_sim_time, which rclnodejs reads from some rules only.
 * @param names the node's parameters. @param argv arguments of the process. @param warn takes a line.
 */
export function checkOverrides(
  node: RclNode,
  names: readonly string[],
  argv: readonly string[],
  warn: (line: string) => void,
): void {
  const onCommandLine = namesOnCommandLine(argv);
  for (const { name, rule, value } of parameterOverrides(node).values()) {
    if (name === 'use_sim_time') {
      const { Parameter } = loadRcl();
      if (typeof value !== 'boolean')
        throw new InputError(
          { code: 'wrong-type', field: name, expected: 'a bool', received: describe(toPlain(value)) },
          `parameter of ${node.name()}`,
        );
      if (node.getParameter(name).value !== value)
        node.setParameter(new Parameter(name, rosTypes.bool, value));
    }
    if (names.includes(name) || common.test(name)) continue;
    const expected = `a parameter of this node, such as ${nearestName(name, names)}`;
    if (rule.includes('*') && !onCommandLine.has(name)) {
      warn(`${name} under ${rule}: expected ${expected}; ignored`);
      continue;
    }
    throw new InputError(
      { code: 'unknown-parameter', field: name, expected, received: describe(toPlain(value)) },
      `parameter of ${node.name()}`,
    );
  }
}

function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return Array.from(value as unknown as ArrayLike<unknown>, toPlain);
  return value;
}

/** A node's declared parameters. */
export class Parameters<T extends ParameterTable> {
  private readonly values: ParameterValues<T>;
  private readonly listeners: ((changed: readonly (keyof T & string)[]) => void)[] = [];
  private readonly vetoes: ((proposed: Partial<ParameterValues<T>>) => string)[] = [];

  /** Declares the table on the node; command line and parameter file override defaults. Throws InputError on a bad value. */
  constructor(node: RclNode, table: T) {
    const { Parameter, ParameterDescriptor, FloatingPointRange, IntegerRange } = loadRcl();
    const overrides = parameterOverrides(node);
    const values: Record<string, unknown> = {};
    for (const [name, spec] of Object.entries(table)) {
      let value: unknown = toPlain(spec.default);
      const override = overrides.get(name);
      if (override)
        try {
          // an empty array has no type in rcl
          const untyped = override.value === undefined && spec.type.endsWith('[]');
          value = checkParameter(name, spec, untyped ? [] : override.value);
          if (spec.type === 'int' && override.type === rosTypes.double)
            throw new InputError({
              code: 'wrong-type',
              field: name,
              expected: 'an int',
              received: `${String(value)}.0, a double`,
            });
        } catch (error) {
          throw error instanceof InputError ? error.from(`parameter of ${node.name()}`) : error;
        }
      let range: object | null = null;
      if (spec.type === 'double' && spec.range) range = new FloatingPointRange(...spec.range, 0);
      if (spec.type === 'int' && spec.range)
        range = new IntegerRange(BigInt(spec.range[0]), BigInt(spec.range[1]), 1n);
      const type = rosTypes[spec.type];
      const descriptor = new ParameterDescriptor(
        name,
        type,
        parameterDescription(spec),
        spec.readOnly ?? false,
        range,
      );
      // its own check comes before ours and gives a reason that does not say what is wrong
      Object.assign(descriptor, { validateParameter: () => undefined });
      node.declareParameter(
        new Parameter(name, type, spec.type === 'int' ? BigInt(value as number) : value),
        descriptor,
        true,
      );
      values[name] = value;
    }
    this.values = values as ParameterValues<T>;

    const read = (p: RclParameter): unknown => {
      if (p.type !== rosTypes[table[p.name].type])
        throw new InputError({
          code: 'wrong-type',
          field: p.name,
          expected: table[p.name].type,
          received: describe(toPlain(p.value)),
        });
      return checkParameter(p.name, table[p.name], p.value);
    };
    node.addOnSetParametersCallback((parameters) => {
      try {
        const proposed: Record<string, unknown> = {};
        for (const p of parameters) if (p.name in table) proposed[p.name] = read(p);
        for (const veto of this.vetoes) {
          const reason = veto(proposed as Partial<ParameterValues<T>>);
          if (reason) return { successful: false, reason };
        }
        return { successful: true, reason: '' };
      } catch (error) {
        return { successful: false, reason: (error as Error).message };
      }
    });
    node.addPostSetParametersCallback((parameters) => {
      const changed = parameters.filter((p) => p.name in table);
      for (const p of changed) values[p.name] = checkParameter(p.name, table[p.name], p.value);
      if (changed.length) for (const listener of this.listeners) listener(changed.map((p) => p.name));
    });
  }

  /** The current value. */
  get<K extends keyof T & string>(name: K): ParameterValues<T>[K] {
    return this.values[name];
  }

  /** All current values (a copy). */
  all(): ParameterValues<T> {
    return { ...this.values };
  }

  /** Calls back after parameters were set at run time. */
  onChange(listener: (changed: readonly (keyof T & string)[]) => void): void {
    this.listeners.push(listener);
  }

  /** Asks before parameters are set at run time; a non-empty answer is the reason of the refusal. */
  onPropose(veto: (proposed: Partial<ParameterValues<T>>) => string): void {
    this.vetoes.push(veto);
  }
}
