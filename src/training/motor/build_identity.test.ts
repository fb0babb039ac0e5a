import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIdentity, computingCode } from './build_identity.js';

const dist = join(__dirname, '../../../dist/src');

test('all that a job of any kind, or a training thread, loads is part of the build', () => {
  // the oracle: what Node has loaded after each kind of job was opened (and failed, for its spec is empty)
  const script = `
    const { openJobs, jobKindNames } = require(${JSON.stringify(join(dist, 'cli/jobs/kinds.js'))});
    require(${JSON.stringify(join(dist, 'training/motor/compute_pool.js'))});
    require(${JSON.stringify(join(dist, 'training/motor/sharding.js'))});
    (async () => {
      for (const kind of jobKindNames) await openJobs(kind, {}, []).catch(() => {});
      console.log(JSON.stringify(Object.keys(require.cache)));
    })();`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const loaded = (JSON.parse(stdout) as string[])
    .filter((path) => path.startsWith(dist + '/'))
    .map((path) => path.slice(dist.length + 1));
  expect(loaded.length).toBeGreaterThan(40);
  const known = computingCode();
  expect(loaded.filter((path) => !known.includes(path))).toEqual([]);
  expect(known).toEqual(expect.arrayContaining(['files/tensors.js', 'cli/fewshot/test_classes.js']));
});

test('an edit of any of it is another build; an edit elsewhere is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'oneshot-arm-build-'));
  cpSync(dist, folder, { recursive: true });
  const before = buildIdentity(folder);
  expect(before).toEqual(buildIdentity());
  appendFileSync(join(folder, 'nodes/motor_learner/activity.js'), '// edited');
  expect(buildIdentity(folder)).toEqual(before);
  for (const file of ['files/tensors.js', 'cli/fewshot/test_classes.js', 'kernels/random.js']) {
    const was = buildIdentity(folder).build;
    appendFileSync(join(folder, file), '// edited');
    expect(buildIdentity(folder).build).not.toBe(was);
  }
  rmSync(folder, { recursive: true });
});
