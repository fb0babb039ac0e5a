import type { Judgement } from '../../../../src/arm/gate/gate.js';
import { Gate } from '../../../../src/arm/gate/gate.js';
import type { Profile } from '../../../../src/arm/kinematics/profile.js';
import { parseTarget } from '../../../../src/arm/target/parse.js';
import type { RobotModel } from '../../../../src/arm/urdf/model.js';
import { type OtherLesson, otherSynapses } from '../../../../src/compare/performed.js';
import { channelsFor } from '../../../../src/lesson/channels.js';
import { type SequenceResult, teachSequence } from '../../../../src/lesson/lesson.js';
import { lessonsOf, type Sequence } from '../../../../src/lesson/sequence.js';
import { PcmSynapses, pcmSynapses } from '../../../../src/pcm/pcm_synapses.js';
import { type ActivityRecord, activityRecord } from '../../../../src/snn/activity.js';
import { MotorLearner } from '../../../../src/snn/motor_learner.js';
import { softwareSynapses } from '../../../../src/synapses/software_synapses.js';
import type { WireTarget } from '../../protocol.js';
import type { StudioFiles } from './studio_files.js';

/** Device model of the emulated memory. */
const PRESET = 'chip';

/** Where and how the synapses live. */
export interface MemoryOptions {
  backend: 'software' | 'pcm';
  seed: number;
  /** Device time between the last write and the recall, s. */
  readAfterS: number;
  compensated: boolean;
  bits: number;
  readNoise: boolean;
  programmingNoise: boolean;
  drift: boolean;
}

/** A lesson that was given here. */
export interface StudioLesson {
  name: string;
  target: WireTarget;
  updates: number;
  refine: number;
  sequence: Sequence;
  result: SequenceResult;
  judgement: Judgement;
  activity: ActivityRecord;
}

export type Memory = ReturnType<PcmSynapses['inspect']>;

/** One learner in the page: gives lessons with the same networks, memory and gate as the ROS node does. */
export class StudioLearner {
  memory: MemoryOptions = {
    backend: 'software',
    seed: 0,
    readAfterS: 32,
    compensated: true,
    bits: 5,
    readNoise: true,
    programmingNoise: true,
    drift: true,
  };
  private readonly gate: Gate;
  private learner: MotorLearner | undefined;

  constructor(
    private readonly files: StudioFiles,
    model: RobotModel,
    readonly profile: Profile,
  ) {
    this.gate = new Gate(model, profile, files.limits);
  }

  /** One lesson from the meta-trained weights; the same options give the same lesson. @throws InputError for a target that the arm cannot do. */
  teach(name: string, target: WireTarget, updates: number, refine: number): StudioLesson {
    const { weights } = this.files.motor;
    const sequence = lessonsOf(parseTarget(target, this.profile), this.profile, weights.config, name);
    const learner = this.fresh();
    const result = teachSequence(learner, sequence, this.profile, {
      updates,
      refine,
      readAfterS: this.memory.backend === 'pcm' ? this.memory.readAfterS : 0,
      now: () => performance.now(),
    });
    const judgement = this.gate.judge(sequence.whole, result.velocities);
    return { name, target, updates, refine, sequence, result, judgement, activity: activityRecord(learner) };
  }

  /** Synapses of the last lesson (rows x columns of the crossbar). */
  synapses(): Float32Array | undefined {
    return this.learner?.synapses.read().slice();
  }

  /** A lesson of synapses that were kept: recalled, judged. */
  recall(
    kept: Pick<StudioLesson, 'name' | 'target' | 'updates' | 'refine'>,
    synapses: Float32Array,
  ): StudioLesson {
    const lesson = this.teach(kept.name, kept.target, kept.updates, kept.refine);
    const { whole } = lesson.sequence;
    const learner = this.learner!;
    learner.restore(synapses);
    const channels = channelsFor(learner.config, whole, whole.startAngles);
    const judgement = this.gate.judge(whole, channels.joints(learner.recall()));
    return {
      ...lesson,
      result: { ...lesson.result, after: judgement.preview },
      judgement,
      activity: activityRecord(learner),
    };
  }

  /** The crossbar's cores; undefined where the synapses are software. */
  cores(): Memory | undefined {
    const synapses = this.learner?.synapses;
    return synapses instanceof PcmSynapses ? synapses.inspect() : undefined;
  }

  forget(): void {
    this.learner = undefined;
  }

  /** The same lesson on the other kind of synapses; the learner stays as it is. */
  beside({ sequence, updates, refine }: StudioLesson): OtherLesson {
    const { backend, method } = otherSynapses(this.memory.backend, PRESET);
    const { after } = teachSequence(this.made(backend), sequence, this.profile, {
      updates,
      refine,
      readAfterS: this.memory.readAfterS,
    });
    return { method, recalled: after.angles };
  }

  private fresh(): MotorLearner {
    return (this.learner = this.made(this.memory.backend));
  }

  private made(backend: MemoryOptions['backend']): MotorLearner {
    const { seed, compensated, bits, readNoise, programmingNoise, drift } = this.memory;
    const factory =
      backend === 'software'
        ? softwareSynapses
        : pcmSynapses(PRESET, {
            seed,
            bits,
            compensation: compensated ? 'column' : 'none',
            readNoise: { scale: readNoise ? 1 : 0 },
            programming: { noise: programmingNoise ? 1 : 0 },
            drift: drift ? 1 : 0,
          });
    return new MotorLearner(this.files.motor.weights, factory, seed);
  }
}
