import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLeRobotEpisode } from '../../src/files/lerobot';
import { oneshotArm, temporaryFolder } from '../cli/run';
import { oraclePython, runPython } from '../oracles';

const folder = temporaryFolder();
const maker = readFileSync(join(__dirname, 'lerobot', 'make.py'), 'utf8');
const choice = { feature: 'observation.state', unit: 'deg' } as const;
const joints = ['shoulder_pan', 'shoulder_lift', 'elbow_flex', 'wrist_flex', 'wrist_roll'];

/** What make.py says that episode k shows: degrees of joint j at t s. */
function shown(k: number, j: number, t: number): number {
  const x = Math.min(1, Math.max(0, (t - 0.5) / 2));
  return ((10 * (j + 1) * (k + 1)) / 2) * x ** 3 * (10 - 15 * x + 6 * x * x);
}

async function holds(path: string, version: string): Promise<void> {
  for (const k of [0, 1]) {
    const episode = await readLeRobotEpisode(path, { ...choice, episode: k });
    expect(episode).toMatchObject({ version, fps: 30, joints: [...joints, 'gripper'] });
    expect(episode.timesS).toHaveLength(91);
    episode.timesS.forEach((t, i) => {
      expect(t).toBeCloseTo(i / 30, 6);
      joints.forEach((_, j) =>
        expect((episode.positions[i][j] * 180) / Math.PI).toBeCloseTo(shown(k, j, i / 30), 4),
      );
    });
  }
}

describe.each(['v2.1', 'v3.0'])('a dataset of LeRobot %s', (version) => {
  const path = join(__dirname, 'lerobot', version);

  test('is read value for value', () => holds(path, version));

  test('converts to a target that learn takes', async () => {
    const out = join(folder.path, `${version}.json`);
    const arm = ['--arm', 'desk_arm'];
    const { code, stderr } = await oneshotArm(['convert', path, ...arm, '--episode', '1', '--unit', 'deg', '--out', out]); // prettier-ignore
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const target = JSON.parse(readFileSync(out, 'utf8'));
    expect(target.joints).toEqual(joints);
    const [first, last] = [target.positions[0], target.positions.at(-1)];
    joints.forEach((_, j) => expect(last[j] - first[j]).toBeCloseTo((shown(1, j, 3) * Math.PI) / 180, 2));
    expect((await oneshotArm(['learn', out, ...arm])).code).toBe(0);
  });
});

const python = oraclePython('pyarrow');
(python ? test : test.skip)('other compressions, as pyarrow writes them', async () => {
  for (const [version, compression] of [
    ['v2.1', 'snappy'],
    ['v3.0', 'zstd'],
    ['v2.0', 'none'],
  ]) {
    const path = join(folder.path, `${version}-${compression}`);
    runPython(python as string, maker, null, path, version, compression);
    await holds(path, version);
  }
});

describe('what is wrong is told by its field', () => {
  const made: string[] = [];
  afterAll(() => made.forEach((path) => rmSync(path, { recursive: true })));
  /** A copy of the dataset with its info changed. */
  function changed(version: string, change: (info: Record<string, any>) => void): string {
    const path = mkdtempSync(join(tmpdir(), 'lerobot-'));
    made.push(path);
    cpSync(join(__dirname, 'lerobot', version), path, { recursive: true });
    const info = JSON.parse(readFileSync(join(path, 'meta/info.json'), 'utf8'));
    change(info);
    writeFileSync(join(path, 'meta/info.json'), JSON.stringify(info));
    return path;
  }

  // prettier-ignore
  test.each<[string, (info: Record<string, any>) => void, object, RegExp]>([
    ['another version', (i) => (i.codebase_version = 'v1.6'), {}, /codebase_version: expected/],
    ['no such episode', () => {}, { episode: 2 }, /--episode: expected 0 to 1, got 2/],
    ['no such feature', () => {}, { feature: 'state' }, /--feature: expected one of observation.state, action, got state/],
    ['no names', (i) => (i.features['observation.state'].names = null), {}, /features.observation.state: expected a vector/],
    ['degrees taken for rad', () => {}, { unit: 'rad', episode: 1 }, /angles in rad, got .* \(in degrees\? --unit deg\)/],
    ['a path out of it', (i) => (i.data_path = '../{episode_index:06d}.parquet'), {}, /data_path: expected a file in the dataset/],
    ['an unknown place', (i) => (i.data_path = 'data/{task}.parquet'), {}, /data_path: expected one of/],
    ['no file', (i) => (i.data_path = 'data/x.parquet'), {}, /x\.parquet: file: expected a Parquet file/],
    ['no Parquet', (i) => (i.data_path = 'meta/info.json'), {}, /info\.json: content: expected a Parquet file/],
  ])('%s', async (_, change, other, message) => {
    const path = changed('v2.1', change);
    await expect(readLeRobotEpisode(path, { ...choice, episode: 0, ...other })).rejects.toThrow(message);
  });
});
