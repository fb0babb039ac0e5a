// @tensorflow/tfjs-node, which only `train fewshot` needs (890 MB): its ordinary installer where its download host can be
// reached, else libtensorflow out of the tensorflow-cpu wheel and the binding compiled here.
import { existsSync, linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { say, step, SetupError } from './report.mjs';
import { output, run, which } from './shell.mjs';

/** A wheel that has libtensorflow_cc.so.2, by hash. */
const wheel =
  'tensorflow-cpu==2.15.1 --hash=sha256:54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26\n';
const napi = 8;
const again = 'node scripts/setup.mjs --with-tfjs';

const unpack = `
import sys, zipfile, glob
folder = sys.argv[1]
[wheel] = glob.glob(folder + '/tensorflow_cpu-*.whl')
wanted = tuple('tensorflow/' + p for p in ('libtensorflow_cc.so.2', 'libtensorflow_framework.so.2', 'include/tensorflow/c/',
    'include/tensorflow/core/platform/', 'include/tsl/platform/', 'include/tsl/c/', 'THIRD_PARTY'))
archive = zipfile.ZipFile(wheel)
archive.extractall(folder, [n for n in archive.namelist() if n.startswith(wanted) or n.endswith('dist-info/LICENSE')])
`;

/** True where tfjs-node really computes with libtensorflow. */
async function works(root) {
  const script =
    'const tf=require("@tensorflow/tfjs-node");process.exit(tf.getBackend()==="tensorflow"&&tf.matMul([[1,2]],[[3],[4]]).dataSync()[0]===11?0:1)';
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' };
  return (await output(process.execPath, ['-e', script], { cwd: root, env })) !== undefined;
}

async function fromWheel({ root, logs }, python, folder) {
  const libraries = join(root, '.cache', 'libtensorflow');
  const log = join(logs, 'tfjs.log');
  if (!existsSync(join(libraries, 'tensorflow', 'libtensorflow_cc.so.2'))) {
    mkdirSync(libraries, { recursive: true });
    writeFileSync(join(libraries, 'requirements.txt'), wheel);
    const target = [
      '--implementation',
      'cp',
      '--python-version',
      '3.11',
      '--abi',
      'cp311',
      '--platform',
      'manylinux_2_17_x86_64',
    ];
    await run(
      python,
      [
        '-m',
        'pip',
        'download',
        '-q',
        '--no-deps',
        '--only-binary=:all:',
        ...target,
        '--platform',
        'manylinux2014_x86_64',
      ].concat(['--require-hashes', '-d', libraries, '-r', join(libraries, 'requirements.txt')]),
      {
        log,
        missing: 'libtensorflow could not be downloaded',
        fix: `${again}  # needs PyPI and 900 MB of disk`,
      },
    );
    await run(python, ['-c', unpack, libraries], {
      log,
      missing: 'libtensorflow could not be unpacked',
      fix: again,
    });
    await run('sh', ['-c', 'rm -f "$1"/*.whl', 'sh', libraries], { log, missing: 'rm', fix: again });
  }
  const from = join(libraries, 'tensorflow');
  const deps = join(folder, 'deps');
  rmSync(deps, { recursive: true, force: true });
  mkdirSync(join(deps, 'lib'), { recursive: true });
  mkdirSync(join(folder, 'lib', `napi-v${napi}`), { recursive: true });
  symlinkSync(join(from, 'include'), join(deps, 'include'));
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
    linkSync(join(from, name), join(deps, 'lib', name));
  for (const name of ['libtensorflow.so', 'libtensorflow.so.2', 'libtensorflow.so.2.9.1'])
    symlinkSync('libtensorflow_cc.so.2', join(deps, 'lib', name));
  symlinkSync('libtensorflow_framework.so.2', join(deps, 'lib', 'libtensorflow_framework.so'));
  const headers = join(dirname(dirname(process.execPath)), 'include', 'node');
  const compiler = which('g++') ? 'g++' : 'c++';
  await run(
    compiler,
    [
      '-std=c++17',
      '-O2',
      '-fPIC',
      '-shared',
      `-DNAPI_VERSION=${napi}`,
      '-w',
      `-I${headers}`,
      `-I${join(deps, 'include')}`,
    ].concat(
      [`-I${folder}`, join(folder, 'binding', 'tfjs_backend.cc'), join(folder, 'binding', 'tfjs_binding.cc')],
      [
        `-L${join(deps, 'lib')}`,
        '-ltensorflow',
        '-ltensorflow_framework',
        '-Wl,-rpath,$ORIGIN/../../deps/lib',
      ],
      ['-o', join(folder, 'lib', `napi-v${napi}`, 'tfjs_binding.node')],
    ),
    {
      log,
      missing: 'the binding of tfjs-node did not compile',
      fix: `sudo apt-get install g++, then: ${again}`,
    },
  );
}

/** Makes tfjs-node work, or says why not. */
export async function tfjsNode(context, ros) {
  const { root, logs } = context;
  const folder = join(root, 'node_modules', '@tensorflow', 'tfjs-node');
  if (!existsSync(folder))
    throw new SetupError(
      '@tensorflow/tfjs-node is not in node_modules',
      'npm ci --ignore-scripts --include=optional',
    );
  if (await works(root)) return;
  await step('tfjs-node (for training the few-shot network)', async () => {
    const env = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}` };
    const ordinary = { cwd: folder, env, timeout: 300000 };
    await output(process.execPath, [join(folder, 'scripts', 'install.js')], ordinary);
    if (await works(root)) return;
    if (process.platform !== 'linux' || process.arch !== 'x64')
      throw new SetupError(
        'the installer of tfjs-node could not download libtensorflow',
        `(cd ${folder} && node scripts/install.js)`,
      );
    say('its own download did not work: libtensorflow from a wheel');
    await fromWheel(context, ros.python, folder);
    if (!(await works(root)))
      throw new SetupError(
        'tfjs-node was built but does not work',
        `see ${join(logs, 'tfjs.log')}; then: ${again}`,
      );
  });
}
