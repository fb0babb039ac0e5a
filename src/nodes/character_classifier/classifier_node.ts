/**
 * ROS face of the character learner:
 *
 *   ~/learn (labelled images) --> ClassBook --> classes
 *   ~/classify, ~/image --> ClassBook --> label and scores; ~/label
 *   ~/forget --> the meta-trained state
 */
import { CharacterLearner } from '../../fewshot/character_learner.js';
import type { CharacterSynapses } from '../../fewshot/character_synapses.js';
import { withOutputs, withViews } from '../../fewshot/network.js';
import { readAnyCharacterWeights } from '../../files/any_character_weights.js';
import { weightsPath } from '../../files/models.js';
import {
  type Diagnosis,
  type Header,
  type Image,
  type LedgerMessage,
  type LifecycleHooks,
  type RosNode,
  toLedgerMessage,
  type TriggerResponse,
} from '../../ros/index.js';
import { emptyLedger } from '../../synapses/synapses.js';
import { memoryDiagnosis, type MemoryState } from '../memory_diagnosis.js';
import { ClassBook } from './class_book.js';
import { imageFromMessage } from './image_message.js';
import type { ClassifierParameters } from './parameters.js';

/** oneshot_arm_msgs/srv/LearnClasses */
interface LearnRequest {
  images: Image[];
  labels: string[];
}
interface LearnResponse {
  success: boolean;
  message: string;
  classes: string[];
  ledger: LedgerMessage;
  time_ms: number;
  support_accuracy: number;
}
/** oneshot_arm_msgs/srv/Classify response */
interface ClassifyResponse {
  success: boolean;
  message: string;
  label: string;
  labels: string[];
  scores: number[];
}
/** oneshot_arm_msgs/msg/Label */
interface LabelMessage {
  header: Header;
  label: string;
  labels: string[];
  scores: number[];
}

interface Configured {
  learner: CharacterLearner;
  book: ClassBook;
  /** When classes were last learned, ms. */
  writtenAtMs: number;
}

export class ClassifierNode {
  private configured: Configured | null = null;
  private active = false;
  private classified = 0;
  private refused = 0;
  private lastRefusal = '';
  private readonly labels;

  constructor(
    private readonly node: RosNode<ClassifierParameters>,
    private readonly synapses: CharacterSynapses,
  ) {
    this.labels = node.publisher<LabelMessage>('oneshot_arm_msgs/msg/Label', '~/label');
    node.subscribe<Image>('sensor_msgs/msg/Image', '~/image', 'sensor', (image) => this.look(image));
    node.service<LearnRequest, LearnResponse>(
      'oneshot_arm_msgs/srv/LearnClasses',
      '~/learn',
      (request) => this.learn(request),
      (error) => ({
        success: false,
        message: error.message,
        classes: [...(this.configured?.book.classes ?? [])],
        ledger: toLedgerMessage(this.configured?.learner.ledger ?? emptyLedger()),
        time_ms: 0,
        support_accuracy: 0,
      }),
    );
    node.service<{ image: Image }, ClassifyResponse>(
      'oneshot_arm_msgs/srv/Classify',
      '~/classify',
      ({ image }) => ({
        success: true,
        message: '',
        ...this.ready().book.classify(imageFromMessage(image)),
      }),
    );
    node.service<object, TriggerResponse>('std_srvs/srv/Trigger', '~/forget', () => {
      this.ready().book.forget();
      return { success: true, message: 'back in the meta-trained state' };
    });
    node.diagnose('classifier', () => this.diagnosis());
    if (node.parameters.get('backend') === 'pcm')
      node.diagnose('memory', () => memoryDiagnosis(this.memory, performance.now()));
  }

  /** What happens at the transitions of its lifecycle. */
  hooks(): LifecycleHooks {
    return {
      onConfigure: () => {
        const { parameters, log } = this.node;
        const path = weightsPath(parameters.get('weights') || undefined, 'fewshot-default');
        const read = readAnyCharacterWeights(path);
        const weights = withViews(
          withOutputs(read.weights, parameters.get('outputs')),
          parameters.get('views') || undefined,
        );
        const learner = new CharacterLearner(weights, this.synapses(weights.config));
        this.configured = { learner, book: new ClassBook(learner), writtenAtMs: NaN };
        log.info(
          `weights ${read.name} (${path}), backend ${parameters.get('backend')}, ${weights.config.outputs} outputs`,
        );
      },
      onActivate: () => {
        this.active = true;
      },
      onDeactivate: () => {
        this.active = false;
      },
      onCleanup: () => {
        this.configured = null;
      },
    };
  }

  private learn({ images, labels }: LearnRequest): LearnResponse {
    const configured = this.ready();
    const { book, learner } = configured;
    const start = performance.now();
    const gray = images.map((image, k) => imageFromMessage(image, `images[${k}]`));
    const { updates, rate } = this.node.parameters.all();
    const supportAccuracy = book.learn(gray, [...labels], { updates, rate });
    configured.writtenAtMs = performance.now();
    const timeMs = configured.writtenAtMs - start;
    this.node.log.info(
      `learned ${book.classes.join(', ')} from ${images.length} images in ${timeMs.toFixed(1)} ms`,
    );
    return {
      success: true,
      message: '',
      classes: [...book.classes],
      ledger: toLedgerMessage(learner.ledger),
      time_ms: timeMs,
      support_accuracy: supportAccuracy,
    };
  }

  /** An image by topic: labelled while active; what cannot be labelled is counted and told in the diagnostics. */
  private look(image: Image): void {
    if (!this.active || !this.configured) return;
    try {
      const verdict = this.configured.book.classify(imageFromMessage(image));
      this.labels.publish({ header: image.header, ...verdict });
      this.classified++;
    } catch (error) {
      this.refused++;
      this.lastRefusal = (error as Error).message;
    }
  }

  private ready(): Configured {
    if (!this.configured || !this.active) throw new Error(`${this.node.name} is not active`);
    return this.configured;
  }

  /** What the classes left in the emulated memory of the readout. */
  private get memory(): MemoryState | null {
    const { configured } = this;
    const condition = configured?.learner.readout.condition?.();
    if (!configured || !condition || configured.learner.ways === 0) return null;
    return { condition, spent: configured.learner.ledger, writtenAtMs: configured.writtenAtMs };
  }

  private diagnosis(): Diagnosis {
    const values = {
      classes: this.configured?.book.classes.join(', ') ?? '',
      images_labelled: this.classified,
      images_refused: this.refused,
      last_refusal: this.lastRefusal,
      devices_written: this.configured?.learner.ledger.devicesWritten ?? 0,
    };
    if (!this.active) return { level: 'warn', message: 'not active', values };
    if (this.configured?.book.classes.length === 0)
      return { level: 'ok', message: 'nothing learned yet', values };
    return { level: 'ok', message: `knows ${this.configured?.book.classes.length} classes`, values };
  }
}
