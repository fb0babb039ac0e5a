import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const text = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');
const declared = [...text('package.xml').matchAll(/<\w*depend>([^<]+)<\/\w*depend>/g)].map((m) => m[1]);

test('package.xml names every package whose interfaces the nodes use', () => {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(?<!\.test)\.ts$/.test(file),
  );
  const used = new Set(
    sources.flatMap((file) =>
      [...text('src', file).matchAll(/'(\w+)\/(?:msg|srv|action)\/\w+'/g)].map((m) => m[1]),
    ),
  );
  used.delete('oneshot_arm_msgs'); // is built and installed with it
  expect(used.size).toBeGreaterThan(8);
  expect(declared).toEqual(expect.arrayContaining([...used]));
});

test('and what its launch files import', () => {
  const keys: Record<string, string> = { yaml: 'python3-yaml' };
  const ours = readdirSync(join(root, 'launch')).map((name) => name.replace(/\.py$/, ''));
  const standard = ['os', 'sys', 'subprocess', 'tempfile', 'xml'];
  const imported = readdirSync(join(root, 'launch'))
    .filter((name) => name.endsWith('.py'))
    .flatMap((name) => [...text('launch', name).matchAll(/^(?:from|import) (\w+)/gm)].map((m) => m[1]))
    .filter((name) => ![...ours, ...standard].includes(name));
  expect(declared).toEqual(expect.arrayContaining([...new Set(imported)].map((name) => keys[name] ?? name)));
});
