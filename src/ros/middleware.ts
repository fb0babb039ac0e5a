import { existsSync, readFileSync } from 'node:fs';

const maps = '/proc/self/maps';
const parts = /_(implementation|dds_common|shared_cpp|shared_dynamic_cpp)$/;

/** Name of the ROS middleware this process has loaded, e.g. "rmw_fastrtps_cpp"; where that cannot be seen, the one asked for. */
export function middleware(): string {
  const loaded = existsSync(maps) ? readFileSync(maps, 'utf8').matchAll(/\/lib(rmw_\w+)\.so/g) : [];
  for (const [, name] of loaded) if (!parts.test(name)) return name;
  return process.env.RMW_IMPLEMENTATION || 'unknown';
}
