import type { Simulation } from '../../../sim/simulation.js';
import {
  fromSeconds,
  type ParameterTable,
  type RosNode,
  type RosTime,
  type TriggerResponse,
} from '../../ros/index.js';

interface Vector {
  x: number;
  y: number;
  z: number;
}

/** Most cycles of one step request. */
const MOST_CYCLES = 100_000;
/** Cycles between which other requests are answered. */
const CYCLES_AT_ONCE = 50;

/**
 * What a simulation can do that an arm cannot: ~/free_drive, ~/apply_wrench, ~/reset_simulation; with a time of its own
 * ~/pause and ~/step.
 */
export function simulationServices<T extends ParameterTable>(
  node: RosNode<T>,
  simulation: Simulation,
  tool: string,
): void {
  const done = (message: string): TriggerResponse => ({ success: true, message });
  node.service<{ data: boolean }, TriggerResponse>('std_srvs/srv/SetBool', '~/free_drive', ({ data }) => {
    simulation.freeDrive(data);
    return done(data ? 'gravity is balanced, nothing else: lead the arm' : 'the arm holds where it is');
  });
  node.service<
    { link: string; wrench: { force: Vector; torque: Vector }; duration: number },
    TriggerResponse
  >('oneshot_arm_msgs/srv/ApplyWrench', '~/apply_wrench', ({ link, wrench, duration }) => {
    const [force, torque] = [wrench.force, wrench.torque].map(({ x, y, z }) => [x, y, z]);
    simulation.applyWrench(link || tool, force, torque, duration);
    return done(`pushes ${link || tool} for ${duration} s`);
  });
  node.service<object, TriggerResponse>('std_srvs/srv/Trigger', '~/reset_simulation', () => {
    simulation.reset();
    return done('the arm stands at its start');
  });
  node.service<{ data: boolean }, TriggerResponse>('std_srvs/srv/SetBool', '~/pause', ({ data }) => {
    simulation.pause(data);
    return done(data ? `time stands at ${simulation.timeS.toFixed(3)} s` : 'time goes on');
  });
  let stepping = false;
  node.service<{ cycles: number }, TriggerResponse & { time: RosTime }>(
    'oneshot_arm_msgs/srv/StepSimulation',
    '~/step',
    async ({ cycles }) => {
      const time = () => fromSeconds(simulation.timeS);
      const refuse = (message: string) => ({ success: false, message, time: time() });
      if (!(cycles >= 1 && cycles <= MOST_CYCLES))
        return refuse(`cycles: expected 1 to ${MOST_CYCLES}, got ${cycles}`);
      if (stepping) return refuse('another step is at work');
      stepping = true;
      try {
        for (let k = 1; k <= cycles; k++) {
          simulation.step();
          if (k % CYCLES_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        stepping = false;
      }
      return { ...done(`${cycles} cycles`), time: time() };
    },
  );
}
