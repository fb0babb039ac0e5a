/** An emulated ED-Scorbot controller on an MQTT broker, to try edscorbot_driver on: reboots and slips on demand. */
import { FirmwareServer } from '../../edscorbot/firmware_server.js';
import { RosNode, type TriggerResponse } from '../../ros/index.js';
import { brokerOptions } from '../edscorbot_driver/driver_options.js';
import { emulatorParameters } from './parameters.js';

/** Runs the node until it is stopped. */
export async function run(argv: string[]): Promise<void> {
  const node = await RosNode.start({ name: 'edscorbot_emulator', argv, parameters: emulatorParameters });
  const { parameters } = node;
  const values = parameters.all();
  const server = new FirmwareServer(
    brokerOptions(values, `${values.robot}-emulator-${process.pid}`),
    values.seed,
    {
      robot: values.robot,
      homingS: values.homing_time,
      bootS: values.boot_time,
      countersPeriodS: values.counters_period,
    },
    (text) => node.log.warn(text),
  );
  const setFaults = (): void => {
    const now = parameters.all();
    server.setFaults(
      { drop: now['to_arm.drop'], delay: now['to_arm.delay'], delayS: now.delay, corrupt: 0 },
      {
        drop: now['from_arm.drop'],
        delay: now['from_arm.delay'],
        delayS: now.delay,
        corrupt: now['from_arm.corrupt'],
      },
    );
  };
  setFaults();
  parameters.onChange(setFaults);
  node.service<object, TriggerResponse>('std_srvs/srv/Trigger', '~/reboot', () => {
    server.firmware.reboot();
    return { success: true, message: 'rebooting' };
  });
  node.service<object, TriggerResponse>('std_srvs/srv/Trigger', '~/lose_homing', () => {
    server.firmware.loseHoming();
    return { success: true, message: 'an encoder has slipped' };
  });
  node.diagnose('violations', () => {
    const { violations } = server.firmware;
    const last = violations.at(-1);
    return last
      ? { level: 'error', message: `${violations.length} bad references, the last: ${last.text}` }
      : { level: 'ok', message: 'no bad reference so far' };
  });
  node.onStop(() => server.close());
  await node.done;
}
