#!/usr/bin/env node
// Builds what the sources need to run, each part only when its inputs changed:
//   kernels  src/kernels/assembly/NAME.ts -> src/kernels/generated/NAME.ts (WebAssembly SIMD as base64)
//   tsc      src, sim, without their tests -> dist
//   vendor   zod, yaml, commander, fast-xml-parser -> dist/node_modules, a file each: 200 files fewer to load at every start
//   page     sim/viewer/page -> dist/sim/viewer/page, dist/sim/viewer/studio (bundles for the browser)
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  copyFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mujocoForPages } from './mujoco_for_pages.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'dist', '.stamps.json');
const require_ = (await import('node:module')).createRequire(import.meta.url);

function filesBelow(path, wanted) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return [path];
  return readdirSync(full)
    .sort()
    .flatMap((name) => filesBelow(join(path, name), wanted))
    .filter(wanted);
}
function digest(paths) {
  const hash = createHash('sha256');
  for (const p of paths)
    hash
      .update(p)
      .update('\0')
      .update(readFileSync(join(root, p)))
      .update('\0');
  return hash.digest('hex');
}
/** A kernel source and all it imports, once each. */
function imports(entry, seen = new Set()) {
  if (seen.has(entry)) return [];
  seen.add(entry);
  const text = readFileSync(join(root, entry), 'utf8');
  for (const [, name] of text.matchAll(/from '\.\/(\w+)'/g))
    imports(join(dirname(entry), `${name}.ts`), seen);
  return [...seen].sort();
}
function run(command, args, env = {}) {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (status !== 0) {
    console.error(`build: ${basename(args[0] ?? command)} failed (exit ${status})`);
    process.exit(1);
  }
}
const tool = (name, file) => join(root, 'node_modules', name, file);
const isTs = (f) => f.endsWith('.ts');
/** What every command loads; found before the packages themselves, which types come from. */
const vendored = ['zod', 'yaml', 'commander', 'fast-xml-parser'];

const parts = {
  kernels: {
    inputs: () => [...filesBelow('src/kernels/assembly', isTs), 'package-lock.json', 'scripts/build.mjs'],
    made: () => existsSync(join(root, 'src/kernels/generated')),
    build() {
      // each kernel by itself, only when its entry or a shared file changed, and put in place whole
      const sources = join(root, 'src/kernels/assembly');
      const out = join(root, 'src/kernels/generated');
      mkdirSync(out, { recursive: true });
      mkdirSync(join(root, 'dist'), { recursive: true });
      const files = readdirSync(sources).filter((f) => f.endsWith('.ts') && !f.endsWith('.d.ts'));
      const entries = files.filter((f) => !f.startsWith('_'));
      for (const made of readdirSync(out)) if (!entries.includes(made)) rmSync(join(out, made));
      for (const entry of entries) {
        const needed = imports(join('src/kernels/assembly', entry));
        const mark = `// inputs ${digest([...needed, 'package-lock.json'])}`;
        const target = join(out, entry);
        if (existsSync(target) && readFileSync(target, 'utf8').includes(mark)) continue;
        const wasm = join(root, 'dist', `${basename(entry, '.ts')}.wasm`);
        run(process.execPath, [
          tool('assemblyscript', 'bin/asc.js'),
          join('src/kernels/assembly', entry),
          '--outFile',
          wasm,
          '-O3',
          '--noAssert',
          '--enable',
          'simd',
          '--runtime',
          'stub',
          '--importMemory',
          '--use',
          'abort=',
        ]);
        const text =
          `// Made by scripts/build.mjs from src/kernels/assembly/${entry}: do not edit.\n${mark}\n` +
          `export const wasmBase64 = '${readFileSync(wasm).toString('base64')}';\n`;
        writeFileSync(`${target}.part`, text);
        renameSync(`${target}.part`, target);
      }
    },
  },
  tsc: {
    inputs: () => [
      ...['src', 'sim', 'test/ros/probe_node.ts']
        .flatMap((d) => filesBelow(d, (f) => isTs(f) || f.endsWith('.json')))
        .filter((f) => !f.endsWith('.test.ts')),
      'tsconfig.json',
      'tsconfig.build.json',
      'package-lock.json',
    ],
    made: () => existsSync(join(root, 'dist/src')),
    build() {
      run(process.execPath, [tool('typescript', 'bin/tsc'), '-p', 'tsconfig.build.json']);
      // what a deleted source left behind
      for (const made of ['dist/src', 'dist/sim', 'dist/test'].flatMap((d) =>
        filesBelow(d, (f) => /\.(d\.ts|js|js\.map)$/.test(f)),
      )) {
        if (/^dist\/sim\/viewer\/(page|studio)\//.test(made)) continue; // the bundles
        const source = made.slice('dist/'.length).replace(/\.(d\.ts|js|js\.map)$/, '.ts');
        if (!existsSync(join(root, source))) rmSync(join(root, made));
      }
    },
  },
  vendor: {
    inputs: () => ['package-lock.json', 'scripts/build.mjs'],
    made: () => vendored.every((name) => existsSync(join(root, 'dist/node_modules', name, 'index.js'))),
    build() {
      const { build } = require_('esbuild');
      // zod's messages in fifty languages are half of it, and nobody asks for them
      const english = {
        name: 'english',
        setup: (bundle) => bundle.onLoad({ filter: /[\\/]locales[\\/]index\.js$/ }, () => ({ contents: '' })),
      };
      return Promise.all(
        vendored.map((name) =>
          build({
            stdin: { contents: `export * from '${name}'`, resolveDir: root },
            bundle: true,
            platform: 'node',
            format: 'cjs',
            target: 'node20',
            minifySyntax: true,
            minifyWhitespace: true,
            mainFields: ['module', 'main'],
            conditions: ['import', 'module'],
            plugins: [english],
            outfile: join(root, 'dist/node_modules', name, 'index.js'),
          }),
        ),
      );
    },
  },
  page: {
    inputs: () => [
      ...filesBelow('sim', () => true),
      ...[
        'kernels',
        'synapses',
        'snn',
        'pcm',
        'fewshot',
        'arm',
        'motion',
        'controller',
        'lesson',
        'compare',
        'trial',
        'files',
        'record',
      ].flatMap((room) => filesBelow(join('src', room), isTs)),
      ...['motor-default', 'fewshot-default'].map((name) => `models/${name}/manifest.json`),
      ...filesBelow('examples', (f) => f.endsWith('.json')),
      'config/joint_limits.yaml',
      'urdf/edscorbot.urdf',
      'package-lock.json',
      'scripts/build.mjs',
      'scripts/mujoco_for_pages.mjs',
    ],
    made: () =>
      existsSync(join(root, 'dist/sim/viewer/studio')) || !existsSync(join(root, 'sim/viewer/page/main.ts')),
    async build() {
      const source = join(root, 'sim/viewer/page');
      if (!existsSync(join(source, 'main.ts'))) return;
      const out = join(root, 'dist/sim/viewer/page');
      mkdirSync(out, { recursive: true });
      const { build, transform } = require_('esbuild');
      // MuJoCo is large: a script of its own, which the page asks for when it has begun
      const besides = {
        name: 'besides',
        setup: (bundle) =>
          bundle.onResolve({ filter: /^@mujoco\/mujoco$/ }, () => ({ path: './mujoco.js', external: true })),
      };
      const bundle = (entry, folder) =>
        build({
          entryPoints: [join(source, entry)],
          bundle: true,
          minify: true,
          sourcemap: true,
          format: 'iife', // a module is not loaded by a page that was opened as a file
          target: 'es2022',
          plugins: [besides],
          outfile: join(folder, 'main.js'),
        });
      await bundle('main.ts', out);
      const html = readFileSync(join(source, 'index.html'), 'utf8');
      const panel = (name) => readFileSync(join(source, `studio/${name}.html`), 'utf8').trim();
      const panels = `${panel('memory')}\n${panel('characters')}`;
      writeFileSync(
        join(out, 'index.html'),
        html.replace('<!-- chips -->', '').replace('<!-- panels -->', panels),
      );
      // the studio: the same page with its own learner, and what that needs beside it, to be served as files
      const studio = join(root, 'dist/sim/viewer/studio');
      mkdirSync(studio, { recursive: true });
      await bundle('studio/main.ts', studio);
      const mujoco = join(root, 'node_modules/@mujoco/mujoco');
      const script = mujocoForPages(readFileSync(join(mujoco, 'mujoco.js'), 'utf8'));
      const { code } = await transform(script, { format: 'esm', target: 'es2022', minify: true });
      writeFileSync(join(studio, 'mujoco.js'), code);
      copyFileSync(join(mujoco, 'mujoco.wasm'), join(studio, 'mujoco.wasm'));
      writeFileSync(
        join(studio, 'index.html'),
        html
          .replace(
            '<!-- chips -->',
            '<span class="chip" id="physics" data-testid="physics" role="status"></span>',
          )
          .replace('<!-- panels -->', `${panel('arm')}\n${panels}`)
          .replace('watch the arm', 'watch the simulated arm'),
      );
      for (const [folder, name, model] of [
        [studio, 'motor', 'motor-default'],
        [studio, 'characters', 'fewshot-default'],
        [out, 'characters', 'fewshot-default'],
      ])
        for (const kind of ['json', 'f32'])
          copyFileSync(join(root, 'models', model, `manifest.${kind}`), join(folder, `${name}.${kind}`));
      copyFileSync(join(root, 'urdf/edscorbot.urdf'), join(studio, 'arm.urdf'));
      const limits = require_('yaml').parse(readFileSync(join(root, 'config/joint_limits.yaml'), 'utf8'));
      const examples = ['reach', 'wave', 'loop_path', 'ramp'].map((name) => {
        const {
          comment: _c,
          name: _n,
          ...target
        } = JSON.parse(readFileSync(join(root, 'examples', `${name}.json`), 'utf8'));
        return { name, target };
      });
      writeFileSync(join(studio, 'studio.json'), JSON.stringify({ limits, examples }));
      // opened as a file a page may read no other, but scripts
      const data = [
        'arm.urdf',
        'studio.json',
        'motor.json',
        'motor.f32',
        'characters.json',
        'characters.f32',
      ].map((name) => [
        name,
        `data:application/octet-stream;base64,${readFileSync(join(studio, name)).toString('base64')}`,
      ]);
      writeFileSync(
        join(studio, 'files.js'),
        `globalThis.studioFiles = ${JSON.stringify(Object.fromEntries(data))};\n`,
      );
    },
  },
};

const stamps = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {};
const only = process.argv.slice(2).filter((a) => !a.startsWith('-'));
for (const [name, part] of Object.entries(parts)) {
  if (only.length && !only.includes(name)) continue;
  const wanted = digest(part.inputs());
  if (stamps[name] === wanted && part.made()) continue;
  const start = Date.now();
  await part.build();
  stamps[name] = digest(part.inputs());
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, JSON.stringify(stamps));
  console.error(`build: ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
}
