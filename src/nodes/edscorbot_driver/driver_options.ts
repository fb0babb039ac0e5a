import type { ControlledJoint } from '../../controller/types.js';
import type { JointCalibration } from '../../edscorbot/calibration.js';
import { DEFAULT_DRIVER, type DriverOptions } from '../../edscorbot/driver.js';
import { credentials, type BrokerOptions } from '../../edscorbot/mqtt_link.js';
import { reject } from '../../input_error.js';
import type { ParameterValues } from '../../ros/index.js';
import type { brokerParameters, driverParameters } from './parameters.js';

type Values = ParameterValues<typeof driverParameters>;
const DEGREES = 180 / Math.PI;

/** The joints as the controller sees them; every array parameter must have a value per joint. */
export function controlledJoints(values: Values): ControlledJoint[] {
  const names = values.joints;
  for (const field of [
    'joint_directions',
    'references_per_degree',
    'counts_per_degree',
    'lower_limits',
    'upper_limits',
    'max_velocities',
    'max_accelerations',
    'lead_times',
    'integral_rates',
  ] as const)
    if (values[field].length !== names.length)
      reject('wrong-length', field, `${names.length} values, one per joint`, values[field]);
  values.joint_directions.forEach((d, j) => {
    if (Math.abs(d) !== 1) reject('out-of-range', `joint_directions[${j}]`, '1 or -1', d);
  });
  for (const field of ['references_per_degree', 'counts_per_degree'] as const)
    values[field].forEach((v, j) => {
      if (v === 0) reject('out-of-range', `${field}[${j}]`, 'not 0', v);
    });
  return names.map((name, j) => {
    const [lowerRad, upperRad] = [values.lower_limits[j], values.upper_limits[j]];
    if (!(lowerRad < upperRad))
      reject('out-of-range', `lower_limits[${j}]`, `less than ${upperRad}`, lowerRad);
    return {
      name,
      lowerRad,
      upperRad,
      velocityRadPerS: values.max_velocities[j],
      accelerationRadPerS2: values.max_accelerations[j],
    };
  });
}

/** The driver's options: the arm's own senses and degrees. */
export function driverOptions(
  values: Values,
  joints: readonly ControlledJoint[],
  instance: string,
): DriverOptions {
  const calibrations = joints.map((joint, j): JointCalibration => {
    const ends = [joint.lowerRad, joint.upperRad].map((a) => a * values.joint_directions[j] * DEGREES);
    return {
      referencePerDegree: values.references_per_degree[j],
      countPerDegree: values.counts_per_degree[j],
      minDegrees: Math.min(...ends),
      maxDegrees: Math.max(...ends),
    };
  });
  return {
    ...DEFAULT_DRIVER,
    robot: values.robot,
    clientId: values.client_id,
    instance,
    joints: calibrations,
    // The controller holds the limits; this second line of defence must not cut into it by rounding.
    degreesPerS: joints.map((j) => j.velocityRadPerS * DEGREES * 1.02),
    referencePeriodS: values.reference_period,
    pointUnit: values.point_unit,
    feedbackTimeoutS: values.feedback_timeout,
    homingTimeoutS: values.homing_timeout,
    followingDegrees: values.following_error * DEGREES,
  };
}

/** Per joint, s: a reference holds for a period, so on average it is half a period late. Without lead_times none. */
export function leadTimes(values: Values): number[] {
  return values.lead_times.map((lead) => (lead > 0 ? lead + values.reference_period / 2 : 0));
}

/** Where the broker is, credentials from the environment. */
export function brokerOptions(
  values: ParameterValues<typeof brokerParameters>,
  clientId: string,
): BrokerOptions {
  return {
    host: values['broker.host'],
    port: values['broker.port'],
    tls: values['broker.tls'],
    caFile: values['broker.ca_file'],
    ...credentials(process.env),
    clientId,
  };
}
