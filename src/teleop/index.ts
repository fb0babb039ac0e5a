export { TeleopArm } from './arm.js';
export {
  type Command,
  jogCommand,
  joyCommand,
  type JoyMapping,
  type Scaling,
  twistCommand,
} from './command.js';
export { defaultThresholds } from './slow_down.js';
export { statusCodes, type TeleopStatus } from './status.js';
export { defaultStreamWatch } from './stream_watch.js';
export { type Source, Teleop, type TeleopSettings } from './teleop.js';
