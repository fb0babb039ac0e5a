import { existsSync, readFileSync } from 'node:fs';

const maps = '/proc/self/maps';
const parts = /__|_(implementation|dds_common|shared_cpp|shared_dynamic_cpp)$/;

/** The middleware among the libraries of a process (text of /proc/PID/maps), or undefined. */
export function middlewareIn(libraries: string): string | undefined {
  for (const [, name] of libraries.matchAll(/\/lib(rmw_\w+)\.so/g)) if (!parts.test(name)) return name;
  return undefined;
}

/** Name of the ROS middleware this process has loaded, e.g. "rmw_fastrtps_cpp"; where that cannot be seen, the one asked for. */
export function middleware(): string {
  const loaded = existsSync(maps) ? middlewareIn(readFileSync(maps, 'utf8')) : undefined;
  return loaded ?? (process.env.RMW_IMPLEMENTATION || 'unknown');
}
