/** What teleop makes of its parameters: the arm, what moves it, and what it must not run into. */
import { MotionCheck } from '../../arm/gate/motion_check.js';
import { describeReason, Findings } from '../../arm/gate/reasons.js';
import { MeasuredJoints, MotionCore, type MotionSettings } from '../../motion/index.js';
import type { ParameterValues, RosNode } from '../../ros/index.js';
import { Teleop, TeleopArm } from '../../teleop/index.js';
import { commandedArm } from '../arm_parameters.js';
import { ArmOutputs } from '../motor_learner/arm_outputs.js';
import { type TeleopParameters, teleopSettings } from './parameters.js';

/** Of the motion core; a stream has neither a start to go to nor an end to keep. */
function motionSettings(p: ParameterValues<TeleopParameters>): MotionSettings {
  return {
    startPolicy: 'approach',
    startToleranceRad: 0.01,
    approachSpeed: 0.3,
    startDelayS: 0,
    settleS: 0.5,
    goalToleranceRad: 0,
    trackingToleranceRad: 0.3,
    jointStateTimeoutS: p.joint_state_timeout_s,
    jointStateMaxAgeS: p.joint_state_max_age_s,
    heartbeatTimeoutS: 0,
    maxGapS: p.stream_max_gap_s,
  };
}

/** @throws InputError naming the parameter or file that is wrong. */
export function setUp(
  node: RosNode<TeleopParameters>,
  description: string,
): {
  teleop: Teleop;
  core: MotionCore;
  measured: MeasuredJoints;
} {
  const values = node.parameters.all();
  const { arm: chosen, commandJoints, limits } = commandedArm(values, description);
  const { profile, model, limits: config, tcpLink, baseLink } = chosen;
  const measured = new MeasuredJoints(
    commandJoints,
    limits.map((l) => l.velocity),
  );
  const arm = new TeleopArm(profile, model, limits, {
    baseFrame: values.base_frame || baseLink,
    baseLink,
    tcpLink,
  });
  const outputs = new ArmOutputs(node as never);
  const core = new MotionCore({
    limits,
    measured,
    settings: motionSettings(values),
    output: () => outputs.make(limits),
    approach: () => {
      throw new Error('a stream begins where the arm is');
    },
    onTrouble: (message) => node.log.error(message),
  });
  const check = new MotionCheck(model, limits, config, tcpLink);
  const collides = (position: Float64Array): string => {
    const findings = new Findings();
    check.checkBody(position, 0, findings);
    return findings.list().map(describeReason).join('; ');
  };
  const teleop = new Teleop(
    arm,
    core,
    teleopSettings(values),
    values.check_collisions ? collides : undefined,
  );
  node.parameters.onChange(() => {
    const changed = node.parameters.all();
    teleop.configure(teleopSettings(changed));
    core.configure(motionSettings(changed));
  });
  return { teleop, core, measured };
}
