import { mismatches, passes, QosMismatches } from './qos_mismatches.js';

const [reliable, bestEffort, transientLocal, volatile] = [1, 2, 1, 2];
const profiles = [reliable, bestEffort].flatMap((reliability) =>
  [transientLocal, volatile].map((durability) => ({ reliability, durability })),
);

// the table of "quality of service compatibilities" in the documentation of ROS 2: offered down, requested across
test.each([
  [0, [true, true, true, true]],
  [1, [false, true, false, true]],
  [2, [false, false, true, true]],
  [3, [false, false, false, true]],
])('what publisher %d offers is enough for', (offered, enough) => {
  expect(profiles.map((requested) => passes(profiles[offered], requested))).toEqual(enough);
});

const arm = (qos: object) => [{ node_name: 'arm', node_namespace: '/left', qos_profile: qos as never }];

test('both profiles and the other node are named; each is told once', () => {
  const own = {
    topic: '/left/x',
    kind: 'subscription' as const,
    qos: { reliability: reliable, durability: volatile },
  };
  const theirs = arm({ reliability: bestEffort, durability: volatile });
  const line = '/left/x: /left/arm offers best effort, volatile, asked for is reliable, volatile';
  expect(mismatches(own, theirs)).toEqual([line]);
  expect(mismatches({ ...own, kind: 'publisher' }, theirs)).toEqual([]);
  const said: string[] = [];
  const watch = new QosMismatches(
    () => theirs,
    (text) => said.push(text),
  );
  watch.add(own);
  expect(watch.look()).toMatchObject({ level: 'warn', message: line });
  watch.look();
  expect(said).toEqual([`no messages pass on ${line}`]);
  watch.remove('/left/x');
  expect(watch.look()).toMatchObject({ level: 'ok' });
});
