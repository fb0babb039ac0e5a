import { Random } from '../../src/kernels/random';
import { drawCharacter, randomCharacter } from '../../src/fewshot/stroke_characters';
import { rosMissing, RosTest } from './harness';
import type { Message, RosClient } from './ros_client';

const describeRos = rosMissing() ? describe.skip : describe;
const side = 64;
const random = new Random(21);
const characters = Array.from({ length: 6 }, () => randomCharacter(random));
const names = ['one', 'two', 'three', 'four', 'five', 'six'];

/** A drawing of character k as sensor_msgs/Image. */
function picture(k: number, encoding = 'mono8', padding = 0): Message {
  const ink = drawCharacter(characters[k], random, undefined, side);
  const channels = encoding === 'mono8' ? 1 : 3;
  const step = side * channels + padding;
  const data = new Array<number>(step * side).fill(7);
  ink.forEach((v, n) => {
    const at = Math.floor(n / side) * step + (n % side) * channels;
    for (let c = 0; c < channels; c++) data[at + c] = Math.round(230 - 200 * v);
  });
  return { width: side, height: side, encoding, is_bigendian: 0, step, data };
}

describeRos('character classifier', () => {
  let ros: RosTest;
  let client: RosClient;

  beforeAll(async () => {
    ros = await RosTest.start();
    ros.node('character_classifier');
    client = await ros.client();
    await client.waitFor('service', '/character_classifier/learn', { timeout: 30 });
  }, 120000);
  afterAll(() => ros?.stop());

  const learn = (images: Message[], labels: string[]) =>
    client.call('oneshot_arm_msgs/srv/LearnClasses', '/character_classifier/learn', { images, labels }, 30);
  const classify = (image: Message) =>
    client.call('oneshot_arm_msgs/srv/Classify', '/character_classifier/classify', { image }, 30);
  const classes = [0, 1, 2, 3, 4];
  const lesson = () => {
    const numbers = classes.flatMap((k) => [k, k, k, k, k]);
    return learn(
      numbers.map((k) => picture(k)),
      numbers.map((k) => names[k]),
    );
  };

  test('before it learned, classifying says so', async () => {
    const answer = await classify(picture(0));
    expect(answer).toMatchObject({ success: false });
    expect(answer.message).toMatch(/learned/);
  });

  test('learns five classes and labels new images, whatever their encoding', async () => {
    const answer = await lesson();
    expect(answer).toMatchObject({ success: true, classes: names.slice(0, 5) });
    expect(answer.support_accuracy).toBeGreaterThan(0.9);
    let right = 0;
    for (const k of classes)
      for (const [encoding, padding] of [
        ['mono8', 0],
        ['rgb8', 5],
        ['bgr8', 0],
      ] as const) {
        const found = await classify(picture(k, encoding, padding));
        expect(found).toMatchObject({ success: true, labels: names.slice(0, 5) });
        expect(found.scores.reduce((a: number, b: number) => a + b, 0)).toBeCloseTo(1, 4);
        if (found.label === names[k]) right++;
      }
    expect(right).toBeGreaterThanOrEqual(14);
  });

  test('labels images from a topic, with their header', async () => {
    const labels = await client.subscribe('oneshot_arm_msgs/msg/Label', '/character_classifier/label');
    const heard = labels.next((m) => m.header.frame_id === 'camera', 20000);
    const image = { header: { frame_id: 'camera' }, ...picture(3) };
    await client.publish('sensor_msgs/msg/Image', '/character_classifier/image', image, 'sensor');
    expect((await heard).labels).toEqual(names.slice(0, 5));
  });

  const broken: [string, object, RegExp][] = [
    ['an unknown encoding', { encoding: 'yuv422' }, /encoding/],
    ['a size of 0', { width: 0, height: 0, step: 0, data: [] }, /width/],
    ['a step under a row', { step: side - 1 }, /step/],
    ['truncated data', { data: [1, 2, 3] }, /data/],
    ['a blank image', { data: new Array<number>(side * side).fill(200) }, /stands out/],
  ];

  test.each(broken)('%s is rejected, and what was learned stays', async (_, fault, message) => {
    const image = { ...picture(1), ...fault };
    const answer = await classify(image);
    expect(answer.success).toBe(false);
    expect(answer.message).toMatch(message);
    const again = await learn([picture(0), image], ['a', 'b']);
    expect(again).toMatchObject({ success: false, classes: names.slice(0, 5) });
    expect(again.message).toMatch(message);
    expect((await classify(picture(2))).labels).toEqual(names.slice(0, 5));
  });

  test.each([
    ['too few labels', 3, ['a', 'b'], /labels/],
    ['an empty label', 2, ['a', ' '], /labels\[1\]/],
    ['one class only', 2, ['a', 'a'], /at least 2/],
    ['no image', 0, [], /images/],
    ['more classes than outputs', 6, names, /at most 5/],
  ] as [string, number, string[], RegExp][])(
    '%s is rejected, and what was learned stays',
    async (_, count, labels, message) => {
      const images = Array.from({ length: count }, (_, k) => picture(k));
      const answer = await learn(images, labels);
      expect(answer).toMatchObject({ success: false, classes: names.slice(0, 5) });
      expect(answer.message).toMatch(message);
    },
  );

  test('forgets; deactivated it refuses, activated it learns again', async () => {
    expect(await client.call('std_srvs/srv/Trigger', '/character_classifier/forget')).toMatchObject({
      success: true,
    });
    expect((await classify(picture(0))).message).toMatch(/learned/);
    expect(await client.change('character_classifier', 4)).toBe(true);
    expect((await lesson()).message).toMatch(/not active/);
    expect(await client.change('character_classifier', 3)).toBe(true);
    expect((await lesson()).success).toBe(true);
  });
});
