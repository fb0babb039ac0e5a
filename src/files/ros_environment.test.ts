import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot, rosEnvironment, withRosEnvironment, type RosEnvironment } from './ros_environment.js';

const found: RosEnvironment = {
  root: '/checkout',
  ros: { source: 'wheels', distro: 'jazzy', prefix: '/p', python: '/p/bin/python3' },
  set: { ROS_DISTRO: 'jazzy' },
  prepend: { LD_LIBRARY_PATH: ['/overlay/lib', '/p/lib'], PYTHONPATH: [] },
};

describe('ROS environment of a child process', () => {
  const root = mkdtempSync(join(tmpdir(), 'oneshot-env-'));
  beforeAll(() => {
    mkdirSync(join(root, '.ros'));
    writeFileSync(join(root, '.ros', 'environment.json'), JSON.stringify(found));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it('puts the folders first, keeps the rest and repeats nothing', () => {
    const base = { LD_LIBRARY_PATH: '/cuda:/p/lib', HOME: '/home/a', ROS_DISTRO: 'humble', PYTHONPATH: '/x' };
    const env = withRosEnvironment(base, root);
    expect(env).toEqual({
      LD_LIBRARY_PATH: '/overlay/lib:/p/lib:/cuda',
      HOME: '/home/a',
      ROS_DISTRO: 'jazzy',
      PYTHONPATH: '/x',
    });
    expect(withRosEnvironment(env, root)).toEqual(env);
    expect(base.LD_LIBRARY_PATH).toBe('/cuda:/p/lib');
  });

  it('leaves no empty entry, which the loader would take for the current folder', () => {
    expect(withRosEnvironment({}, root).LD_LIBRARY_PATH).toBe('/overlay/lib:/p/lib');
  });

  it('is the base itself where set-up did not run', () => {
    const base = { A: 'b' };
    expect(rosEnvironment(root)).toEqual(found);
    expect(rosEnvironment(tmpdir())).toBeUndefined();
    expect(withRosEnvironment(base, tmpdir())).toBe(base);
  });

  it('finds the package from its sources', () => {
    expect(packageRoot()).toBe(join(__dirname, '..', '..'));
    expect(() => packageRoot('/')).toThrow(/no oneshot-arm package/);
  });
});
