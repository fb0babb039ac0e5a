import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseLimitsConfig } from '../../src/arm/limits/config.js';
import { ED_SCORBOT_JOINTS } from '../../src/edscorbot/calibration.js';
import { DEFAULT_DRIVER } from '../../src/edscorbot/driver.js';
import { rampLagS, sustainedDegreesPerS } from '../../src/edscorbot/joint_response.js';
import responses from '../../src/edscorbot/joint_responses.json';
import { controlledJoints, driverOptions } from '../../src/nodes/edscorbot_driver/driver_options.js';
import { defaultValues } from '../../src/ros/parameters.js';
import { driverParameters } from '../../src/nodes/edscorbot_driver/parameters.js';

const read = (name: string): unknown => parse(readFileSync(join(__dirname, '../../config', name), 'utf8'));
const defaults: Record<string, unknown> = defaultValues(driverParameters);

/** {a: {b: 1}} as {'a.b': 1}. */
function flat(value: object, before = ''): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, v]) =>
      typeof v === 'object' && v !== null && !Array.isArray(v)
        ? Object.entries(flat(v as object, `${before}${key}.`))
        : [[before + key, v as unknown]],
    ),
  );
}

test('config/edscorbot_driver.yaml has the defaults of all parameters', () => {
  const file = read('edscorbot_driver.yaml') as { '/**': { ros__parameters: object } };
  const { 'constraints.trajectory': none, ...rest } = defaults;
  expect(none).toEqual([]);
  expect(flat(file['/**'].ros__parameters)).toEqual(rest);
});

test('default speeds leave the joints a tenth in hand; lessons for the arm keep the same limits', () => {
  const lessons = parseLimitsConfig(read('edscorbot_joint_limits.yaml')).joints;
  responses.forEach((response, j) => {
    const rad = driverParameters.max_velocities.default[j];
    expect((rad * 180) / Math.PI).toBeLessThan(0.9 * sustainedDegreesPerS(response));
    expect(driverParameters.lead_times.default[j]).toBeCloseTo(rampLagS(response), 2);
    expect(driverParameters.integral_rates.default[j]).toBeCloseTo(response.integralPerS, 2);
    const lesson = lessons[driverParameters.joints.default[j]];
    expect(lesson.velocity).toBe(rad);
    expect(lesson.acceleration).toBe(driverParameters.max_accelerations.default[j]);
  });
});

test('default parameters make the ED-Scorbot: its calibration and limits in its own senses', () => {
  const values = defaults as unknown as Parameters<typeof controlledJoints>[0];
  const options = driverOptions(values, controlledJoints(values), 'x');
  options.joints.forEach((joint, j) => {
    expect(joint.referencePerDegree).toBe(ED_SCORBOT_JOINTS[j].referencePerDegree);
    expect(joint.countPerDegree).toBeCloseTo(ED_SCORBOT_JOINTS[j].countPerDegree, 2);
    expect(joint.minDegrees).toBeCloseTo(ED_SCORBOT_JOINTS[j].minDegrees, 2);
    expect(joint.maxDegrees).toBeCloseTo(ED_SCORBOT_JOINTS[j].maxDegrees, 2);
    expect(Math.abs(options.degreesPerS[j] / DEFAULT_DRIVER.degreesPerS[j] - 1)).toBeLessThan(0.03);
  });
});

test.each([
  ['joint_directions', [1, 1, 0.5, 1], /joint_directions\[2\]: expected 1 or -1, got 0\.5/],
  ['references_per_degree', [1, 0, 1, 1], /references_per_degree\[1\]: expected not 0/],
  ['upper_limits', [2, 2, 2], /upper_limits: expected 4 values, one per joint, got an array of 3/],
  ['lower_limits', [3, -1, -1, -1], /lower_limits\[0\]: expected less than 2\.18166, got 3/],
])('a bad %s is told', (name, value, message) => {
  const values = { ...defaults, [name]: value } as unknown as Parameters<typeof controlledJoints>[0];
  expect(() => controlledJoints(values)).toThrow(message);
});
