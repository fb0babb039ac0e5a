// A motion that was shown to the arm and recorded, learned: joint states of an MCAP file or a rosbag2 folder.
//   node examples/recording.mjs FILE.mcap [TOPIC]
import { profileNamed, readTargetFile, teach } from 'oneshot-arm';

const [file = 'recording.mcap', topic] = process.argv.slice(2);
const { target, rows } = readTargetFile(file, profileNamed('edscorbot_paper'), topic);
const { joints, timesS, angles } = target;
const positions = Array.from(timesS, (_, k) =>
  Array.from(angles.subarray(k * joints.length, (k + 1) * joints.length)),
);
const { before, after } = await teach({ t: Array.from(timesS), joints, positions });
const cm = (m) => `${(100 * m).toFixed(2)} cm`;
console.log(`${rows} joint states, ${timesS.at(-1).toFixed(2)} s of ${joints.join(', ')} after trimming`);
console.log(`tool-centre-point error ${cm(before.tcpErrorMeanM)} before, ${cm(after.tcpErrorMeanM)} after`);
