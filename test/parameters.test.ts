import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parametersDocument, parameterTables } from '../src/nodes/parameter_tables';
import { checkParameter } from '../src/ros/parameters';

const root = join(__dirname, '..');
const nodes = readdirSync(join(root, 'src/nodes')).filter((name) =>
  existsSync(join(root, 'src/nodes', name, 'main.ts')),
);

test('every node has its table in the one list', () => {
  expect(Object.keys(parameterTables).sort()).toEqual(nodes.sort());
});

test('docs/parameters.md is what the tables say (npm run parameters)', () => {
  expect(readFileSync(join(root, 'docs/parameters.md'), 'utf8')).toBe(parametersDocument());
});

test('defaults keep their own types, ranges and choices', () => {
  for (const table of Object.values(parameterTables))
    for (const [name, spec] of Object.entries(table))
      expect(checkParameter(name, spec, spec.default)).toEqual(spec.default);
});

/** {a: {b: 1}} as {'a.b': 1}. */
function flat(value: object, before = ''): [string, unknown][] {
  return Object.entries(value).flatMap(([key, v]) =>
    typeof v === 'object' && v !== null && !Array.isArray(v)
      ? flat(v as object, `${before}${key}.`)
      : ([[before + key, v]] as [string, unknown][]),
  );
}

const files = readdirSync(join(root, 'config')).filter(
  (name) =>
    name.endsWith('.yaml') && readFileSync(join(root, 'config', name), 'utf8').includes('ros__parameters'),
);

test.each(files)(
  'config/%s names only parameters that its nodes have, with values that they take',
  (file) => {
    const rules = parse(readFileSync(join(root, 'config', file), 'utf8')) as Record<
      string,
      { ros__parameters: object }
    >;
    for (const [rule, { ros__parameters: values }] of Object.entries(rules)) {
      const node = rule.split('/').pop() ?? '';
      // a file for all nodes is one of the node that it is named after
      const table = parameterTables[node === '**' ? file.replace('.yaml', '') : node];
      expect({ rule, known: table !== undefined }).toEqual({ rule, known: true });
      for (const [name, value] of flat(values)) {
        if (name === 'use_sim_time') continue;
        expect({ name, known: name in table }).toEqual({ name, known: true });
        checkParameter(name, table[name], value);
      }
    }
  },
);
