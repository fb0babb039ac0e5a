import type { RosTime } from './time.js';

/** diagnostic_msgs/msg/DiagnosticStatus levels. */
export const diagnosticLevels = { ok: 0, warn: 1, error: 2, stale: 3 } as const;
export type DiagnosticLevel = keyof typeof diagnosticLevels;

/** What a check found. */
export interface Diagnosis {
  level: DiagnosticLevel;
  message: string;
  values?: Record<string, string | number | boolean>;
}

/** One diagnostic_msgs/msg/DiagnosticArray out of checks; a check that throws is an error of its own. */
export function diagnosticArray(
  nodeName: string,
  hardwareId: string,
  stamp: RosTime,
  checks: ReadonlyMap<string, () => Diagnosis>,
): object {
  return {
    header: { stamp, frame_id: '' },
    status: [...checks].map(([name, check]) => {
      let found: Diagnosis;
      try {
        found = check();
      } catch (error) {
        found = { level: 'error', message: (error as Error).message };
      }
      return {
        level: diagnosticLevels[found.level],
        name: `${nodeName}: ${name}`,
        message: found.message,
        hardware_id: hardwareId,
        values: Object.entries(found.values ?? {}).map(([key, value]) => ({ key, value: String(value) })),
      };
    }),
  };
}
