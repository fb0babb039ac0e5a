import { loadRcl } from './rcl.js';

/**
 * Quality of service by purpose.
 * default: reliable, volatile, 10 deep. sensor: best effort, 5 deep (streams where the newest counts).
 * latched: reliable, transient local, 1 deep (late joiners get the last message). command: reliable, 1 deep.
 */
export type QosPreset = 'default' | 'sensor' | 'latched' | 'command';

const [keepLast, reliable, bestEffort, transientLocal, volatile] = [1, 1, 2, 1, 2];

/** The preset as rclnodejs wants it in an entity's options. */
export function qosOptions(preset: QosPreset): { qos: { reliability: number; durability: number } } {
  const { QoS } = loadRcl();
  const make = (depth: number, reliability: number, durability: number) => ({
    qos: new QoS(keepLast, depth, reliability, durability),
  });
  switch (preset) {
    case 'default':
      return make(10, reliable, volatile);
    case 'sensor':
      return make(5, bestEffort, volatile);
    case 'latched':
      return make(1, reliable, transientLocal);
    case 'command':
      return make(1, reliable, volatile);
  }
}
