/**
 * Parts of rclnodejs that are not its public interface, all in one place: its public one gives only the overrides of `/**` and
 * of the bare node name, without their order. test/ros/rclnodejs_version.test.ts names the version that this was read against.
 */
import { join } from 'node:path';
import { packageRoot, type Rcl, type RclNode } from './rcl.js';

/** The version of rclnodejs whose private parts are used. */
export const rclnodejsVersion = '2.2.0';

/** One entry of rcl's parsed overrides. */
export interface ParameterRule {
  /** Node name or pattern. */
  name: string;
  parameters: { name: string; type?: number; value?: unknown }[];
}

/** rcl's parsed parameter overrides of a node's context, in rcl's order. */
export function nativeParameterRules(node: RclNode): ParameterRule[] {
  const native = require(join(packageRoot('rclnodejs'), 'build', 'Release', 'rclnodejs.node')) as {
    getParameterOverrides(handle: object): ParameterRule[] | null | undefined;
  };
  return native.getParameterOverrides(node.context.handle) ?? [];
}

interface OverridesReader {
  _getNativeParameterOverrides(): Map<string, unknown>;
}

/**
 * Has rclnodejs read no overrides itself: it ends with a TypeError where any rule on the command line has an array of integers
 * or an empty one. What it would do with them, `Parameters` and `checkOverrides` do.
 */
export function leaveOverridesToUs(rcl: Pick<Rcl, 'Node' | 'lifecycle'>): void {
  for (const { prototype } of [rcl.Node, rcl.lifecycle.LifecycleNode] as unknown as {
    prototype: OverridesReader;
  }[])
    prototype._getNativeParameterOverrides = () => new Map();
}
