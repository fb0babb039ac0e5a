import type { ParameterTable } from '../../ros/index.js';

/** Parameters of the viewer. */
export const viewerParameters = {
  host: {
    type: 'string',
    default: '127.0.0.1',
    doc: 'address to listen on; anything but loopback lets other machines look, and stop the arm',
    readOnly: true,
  },
  port: {
    type: 'int',
    default: 8080,
    range: [0, 65535],
    doc: 'port; the next free one of 20 is taken, 0 = any',
    readOnly: true,
  },
  origins: {
    type: 'string[]',
    default: [],
    doc: 'further web origins that may connect, as in http://lab.example:8080',
    readOnly: true,
  },
  control_token: {
    type: 'string',
    default: '',
    doc: 'what a page needs to move the arm; empty = a new one each start, printed in the control address',
    readOnly: true,
  },
  tcp_link: {
    type: 'string',
    default: '',
    doc: 'link whose origin is the tool-centre-point; empty = tool0, end_effector and the like, else the longest chain',
    readOnly: true,
  },
  learner: { type: 'string', default: 'motor_learner', doc: 'node that learns', readOnly: true },
  arm: { type: 'string', default: 'arm_simulator', doc: 'node that moves the arm', readOnly: true },
  teleop: { type: 'string', default: 'teleop', doc: 'node that drives the arm by hand', readOnly: true },
  base_frame: {
    type: 'string',
    default: 'base',
    doc: 'frame along whose axes pages move the tool, as teleop calls it',
    readOnly: true,
  },
  rate: { type: 'int', default: 30, range: [1, 100], doc: 'joint states to the pages, Hz', readOnly: true },
} as const satisfies ParameterTable;
