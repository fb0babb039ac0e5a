import type { Command } from 'commander';
import type { CharacterWeights } from '../../fewshot/network.js';
import type { OmniglotAlphabet } from '../../files/omniglot.js';
import { baseCommand, Failure, integerOption, numberOption } from '../command.js';

/** `train fewshot`: meta-trains the character network on Omniglot. */
export function register(train: Command): void {
  train.addCommand(
    baseCommand(
      'fewshot',
      'meta-train the character network through four unrolled updates of its readout',
      'oneshot-arm train fewshot --data omniglot/ --out runs/fewshot --iterations 6000',
    )
      .requiredOption('--data <path>', 'Omniglot: a zip file, a folder of them, or an unpacked folder')
      .option('--out <dir>', 'checkpoints, curve and weights', 'runs/fewshot')
      .option('--resume <dir>', 'go on from the checkpoint in DIR (and write there)')
      .option('--iterations <n>', 'outer iterations', integerOption(1), 6000)
      .option('--rate <x>', 'rate of Adam before it decays', numberOption(1e-7, 1), 1.5e-3)
      .option(
        '--hold-out <n>',
        'alphabets kept for the test: the n with fewest characters',
        integerOption(0, 50),
        2,
      )
      .option('--validate <names>', 'alphabets (comma between) kept out of training, for the curve')
      .option('--threads <n>', 'threads of TensorFlow (default: all cores)', integerOption(1, 256))
      .action(run),
  );
}

interface Options {
  json?: string;
  seed: number;
  data: string;
  out: string;
  resume?: string;
  iterations: number;
  rate: number;
  holdOut: number;
  validate?: string;
  threads?: number;
}

async function run(options: Options): Promise<void> {
  if (options.threads) {
    process.env.OMP_NUM_THREADS = String(options.threads);
    process.env.TF_NUM_INTRAOP_THREADS = String(options.threads);
  }
  const { join } = await import('node:path');
  const { readOmniglot } = await import('../../files/omniglot.js');
  const { splitAlphabets } = await import('../../training/fewshot/split.js');
  const { trainingAlphabet } = await import('../../training/fewshot/classes.js');
  const { train, trainingPlan } = await import('../../training/fewshot/train.js');
  const { writeCharacterWeights } = await import('../../files/character_weights.js');
  const { measureReadoutRange } = await import('../../training/fewshot/readout_range.js');
  const { withViews } = await import('../../fewshot/network.js');
  const { mostViews } = await import('../../fewshot/views.js');
  const { writeAtomic } = await import('../../files/json_file.js');
  const { linePlot } = await import('../../plot/figure.js');
  const { calibrateScale } = await import('../fewshot/calibrate_scale.js');
  const { preparedClasses } = await import('../fewshot/test_classes.js');
  const { CharacterLearner } = await import('../../fewshot/character_learner.js');
  const calibrateOn = (weights: CharacterWeights, alphabets: readonly OmniglotAlphabet[]) => {
    const learner = new CharacterLearner(weights);
    const classes = alphabets.map((a) => preparedClasses(learner, [a]));
    return calibrateScale(weights, classes, 60);
  };
  const { testQuality } = await import('../fewshot/quality.js');
  const { writeResult } = await import('../output.js');
  const curvePlot = (curve: readonly { iteration: number; loss: number; accuracy: number }[]) =>
    linePlot({
      title: 'Meta-training of the character network',
      xLabel: 'iteration',
      yLabel: 'outer loss; error, synthetic 5-way 1-shot',
      series: [
        { name: 'outer loss', x: curve.map((c) => c.iteration), y: curve.map((c) => c.loss) },
        {
          name: 'error on synthetic characters',
          x: curve.map((c) => c.iteration),
          y: curve.map((c) => 1 - c.accuracy),
        },
      ],
    });
  const folder = options.resume ?? options.out;
  const plan = { ...trainingPlan, iterations: options.iterations, rate: options.rate, seed: options.seed };
  const split = splitAlphabets(
    await readOmniglot(options.data),
    options.holdOut,
    options.validate?.split(',') ?? [],
  );
  const [training, validation] = [split.training, split.validation].map((alphabets) =>
    alphabets.map((a) =>
      trainingAlphabet(
        a.name,
        a.characters.map((c) => c.drawings),
      ),
    ),
  );
  const names = (list: readonly { name: string }[]) => list.map((a) => a.name);
  const made = {
    command: `train fewshot --iterations ${plan.iterations} --rate ${plan.rate} --hold-out ${options.holdOut}`,
    seed: plan.seed,
    plan,
    data: 'Omniglot (Lake, Salakhutdinov, Tenenbaum 2015), images_background_small1 and small2',
    trainingAlphabets: names(split.training),
    validationAlphabets: names(split.validation),
    testAlphabets: names(split.test),
    testRule: 'the alphabets with fewest characters, ties by name',
  };
  process.stderr.write(
    `train ${made.trainingAlphabets.join(' ')} | validate ${made.validationAlphabets.join(' ') || '(synthetic)'} | test ${made.testAlphabets.join(' ')}\n`,
  );
  const out = join(folder, 'manifest.json');
  let meanS = 0;
  try {
    const { weights, state } = await train(
      training,
      validation,
      plan,
      folder,
      options.resume !== undefined,
      (p, saved) => {
        meanS = meanS === 0 ? p.secondsPerIteration : 0.8 * meanS + 0.2 * p.secondsPerIteration;
        const { loss, accuracy, iteration } = p.state.curve[p.state.curve.length - 1];
        const left = ((plan.iterations - iteration) * meanS) / 60;
        process.stderr.write(
          `${iteration}/${plan.iterations}  loss ${loss.toFixed(4)}  1-shot ${(100 * accuracy).toFixed(2)} %  ` +
            `scale ${p.weights.config.featureScale.toFixed(3)}  ${meanS.toFixed(2)} s an iteration, ${left.toFixed(0)} min left${saved ? '  saved' : ''}\n`,
        );
        if (saved)
          writeCharacterWeights(
            out,
            {
              name: 'fewshot',
              made: { ...made, iteration, trainingTimeS: Math.round(p.state.trainingTimeS) },
              quality: {},
            },
            p.weights,
          );
      },
    );
    const scaled = calibrateOn(weights, split.validation.length > 0 ? split.validation : split.training);
    const readoutRange = measureReadoutRange(scaled.weights, plan.seed);
    const { config, ...rest } = scaled.weights;
    const final = withViews({ ...rest, config: { ...config, readoutRange } }, mostViews);
    const quality = testQuality(final, split.test);
    writeAtomic(join(folder, 'curve.svg'), curvePlot(state.curve));
    const finished = {
      ...made,
      scaleTrials: scaled.trials,
      iteration: state.iteration,
      trainingTimeS: Math.round(state.trainingTimeS),
    };
    writeCharacterWeights(out, { name: 'fewshot', made: finished, quality }, final);
    writeResult(
      options.json,
      { path: out, config: final.config, quality },
      `${out}: ${state.iteration} iterations\n${JSON.stringify(quality)}`,
    );
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('training needs'))
      throw new Failure(error.message);
    throw error;
  }
}
