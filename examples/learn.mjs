// One lesson without ROS: an ellipse of the two first joints, seen once.   node examples/learn.mjs
import { teach } from 'oneshot-arm';

const positions = Array.from({ length: 126 }, (_, k) => {
  const s = k / 125; // 2.5 s, from rest to rest
  const turn = 2 * Math.PI * s ** 3 * (10 - 15 * s + 6 * s ** 2);
  return [0.4 * (1 - Math.cos(turn)), 0.2 * Math.sin(turn)];
});
const { before, after, velocities } = await teach({
  dt: 0.02,
  joints: ['base_joint', 'shoulder'],
  positions,
});
const cm = (m) => `${(100 * m).toFixed(2)} cm`;
console.log(`tool-centre-point error ${cm(before.tcpErrorMeanM)} before, ${cm(after.tcpErrorMeanM)} after`);
console.log(`joint velocities at ${velocities.length / 2} steps of 10 ms`);
