/**
 * What the motor system is made of: configuration and weights of the trainee (the network that learns and then drives the
 * arm) and of the learning-signal generator (LSG, the network that teaches it). Source: Ortner et al. 2025, system 2, and
 * its released code.
 */

/** Leaky integrate-and-fire population; times in steps. */
export interface NeuronConfig {
  neurons: number;
  threshold: number;
  tauMembraneSteps: number;
  refractorySteps: number;
  /** Height of the triangular pseudo-derivative. */
  damping: number;
}

/** Gaussian-tuned units: activity exp(-((x - centre) / width)^2 / 2), centres evenly spaced over [-limit, limit]. */
export interface TunedUnits {
  units: number;
  limit: number;
  width: number;
}

/**
 * How the target reaches the LSG.
 * bits: the paper's: 16 binary digits for each TCP coordinate in -1..1 m.
 * tuned: Gaussian-tuned units for each joint's angular velocity (rad/s) and, optionally, angle (rad); and, for every tap,
 * each joint's velocity that many steps ahead (or back, where negative) as a plain number, in units of velocity.limit: the
 * teacher knows the target beforehand, and can make up for the low-pass filters between learning signal and motion.
 */
export type EncoderConfig =
  | { kind: 'bits' }
  | {
      kind: 'tuned';
      velocity: TunedUnits;
      angle: TunedUnits | null;
      taps?: number[];
      /** Angles are told relative to where the motion starts (any arm); else as the kinematic profile has them. */
      relativeAngles?: boolean;
    };

/** Everything but the weights. */
export interface MotorNetworkConfig {
  /** Steps of a trial (249). */
  steps: number;
  /** Arm time of a step, s (0.01). */
  stepS: number;
  /** Channels of motion, one a joint (2: base, shoulder). */
  joints: number;
  /** Clock lines (5). */
  clockLines: number;
  /** Steps between two spikes of the clock, at least 1; default 10. */
  clockPeriodSteps?: number;
  tauReadoutSteps: number;
  trainee: NeuronConfig;
  lsg: NeuronConfig & { adaptiveFraction: number; adaptation: number; tauAdaptationSteps: number };
  encoder: EncoderConfig;
  update: {
    /** Factor of the natural e-prop update (1e-4). */
    learningRate: number;
    /** The readout's synapses change in the one update as well (the paper: no). */
    readout: boolean;
    /** Learning signals get a linear path from the LSG's inputs (the paper: no). */
    direct: boolean;
  };
}

/** Weight matrices, float32, row major, presynaptic x postsynaptic. P = learning signals: neurons (+ joints with update.readout). */
export interface MotorTensors {
  /** inputs x M */
  lsgInput: Float32Array;
  /** M x M, diagonal unused */
  lsgRecurrent: Float32Array;
  /** M x P */
  lsgReadout: Float32Array;
  /** inputs x P, only with update.direct */
  lsgDirect?: Float32Array;
  /** clock lines x N */
  traineeInput: Float32Array;
  /** N x N, diagonal unused */
  traineeRecurrent: Float32Array;
  /** N x joints */
  traineeReadout: Float32Array;
}

/** A trained motor system. */
export interface MotorWeights {
  config: MotorNetworkConfig;
  tensors: MotorTensors;
}

/** Whether a network takes a motion of so many joints: without relative angles it takes its own number only. */
export function channelsFit(config: MotorNetworkConfig, joints: number): boolean {
  return anywhere(config) ? joints <= config.joints : joints === config.joints;
}

/** Whether a network takes motions from anywhere: told relative to their start. */
export function anywhere({ encoder }: MotorNetworkConfig): boolean {
  return encoder.kind === 'tuned' && encoder.relativeAngles === true;
}

/** Lines that go into the LSG. */
export function lsgInputs(config: MotorNetworkConfig): number {
  const { encoder } = config;
  if (encoder.kind === 'bits') return config.clockLines + 3 * 16;
  return (
    config.clockLines +
    config.joints * (encoder.velocity.units + (encoder.angle?.units ?? 0) + (encoder.taps?.length ?? 0))
  );
}

/** Learning signals that come out of the LSG. */
export function learningSignals(config: MotorNetworkConfig): number {
  return config.trainee.neurons + (config.update.readout ? config.joints : 0);
}

/** Shape of every tensor of a configuration. */
export function tensorShapes(
  config: MotorNetworkConfig,
): Record<keyof MotorTensors, [number, number] | null> {
  const [inputs, signals, m, n] = [
    lsgInputs(config),
    learningSignals(config),
    config.lsg.neurons,
    config.trainee.neurons,
  ];
  return {
    lsgInput: [inputs, m],
    lsgRecurrent: [m, m],
    lsgReadout: [m, signals],
    lsgDirect: config.update.direct ? [inputs, signals] : null,
    traineeInput: [config.clockLines, n],
    traineeRecurrent: [n, n],
    traineeReadout: [n, config.joints],
  };
}

/** The paper's configuration: 800-neuron LSG, binary positions, readout fixed. */
export const paperConfig: MotorNetworkConfig = {
  steps: 249,
  stepS: 0.01,
  joints: 2,
  clockLines: 5,
  tauReadoutSteps: 20,
  trainee: { neurons: 250, threshold: 0.6, tauMembraneSteps: 20, refractorySteps: 5, damping: 0.3 },
  lsg: {
    neurons: 800,
    threshold: 1.3,
    tauMembraneSteps: 20,
    refractorySteps: 5,
    damping: 0.3,
    adaptiveFraction: 0.3,
    adaptation: 1.6,
    tauAdaptationSteps: 600,
  },
  encoder: { kind: 'bits' },
  update: { learningRate: 1e-4, readout: false, direct: false },
};
