import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rclnodejsVersion } from '../../src/ros/rcl_private';
import { root } from './harness';

// src/ros/rcl_private.ts (parsed overrides), oversized_goals.ts (deserialize, freeStruct), parameters.ts (validateParameter)
// and scripts/setup (generate_messages.cjs) lean on what rclnodejs does not promise: read them again before this changes.
test('rclnodejs is the version whose private parts were read', () => {
  const { version } = JSON.parse(
    readFileSync(join(root, 'node_modules', 'rclnodejs', 'package.json'), 'utf8'),
  ) as { version: string };
  expect(version).toBe(rclnodejsVersion);
});
