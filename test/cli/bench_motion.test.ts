import { oneshotArm } from './run.js';

interface Result {
  cycles: { name: string; bytes: number }[];
}

/** Runs of the benchmark: in some the engine leaves a call as it is, and makes objects of the numbers that it hands on. */
const runs = 6;

test('a tick of the motion core with 7 joints makes no objects, whatever moves them', async () => {
  const least = new Map<string, number>();
  const done = (): boolean => least.size > 0 && [...least.values()].every((bytes) => bytes < 1);
  for (let k = 0; k < runs && !done(); k++) {
    const { code, stdout } = await oneshotArm(['bench', 'motion', '--json', '-']);
    expect(code).toBe(0);
    const { cycles } = JSON.parse(stdout) as Result;
    expect(cycles.map((c) => c.name)).toEqual(['trajectory', 'teleoperation', 'controller core']);
    for (const { name, bytes } of cycles.slice(0, 2))
      least.set(name, Math.min(bytes, least.get(name) ?? Infinity));
  }
  // an object of the smallest size in every sixteenth tick would be 1
  for (const bytes of least.values()) expect(bytes).toBeLessThan(1);
}, 60000);
