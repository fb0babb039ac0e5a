// rclnodejs's npm package has its native addon built for each ROS 2 distribution, on the Ubuntu that goes with it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files of the package's addons for a distribution, this processor and plain Node.js. */
export function prebuiltAddons(rclnodejs, distro) {
  const folder = join(rclnodejs, 'prebuilds', `${process.platform}-${process.arch}`);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.startsWith(`${distro}-`) && file.endsWith('-node-rclnodejs.node'))
    .map((file) => join(folder, file));
}

// ELF, 64 bit: types of sections, sizes of entries (System V ABI, and the Linux Standard Base for versions of symbols)
const [dynamicSymbols, versionsOfSymbols, versionsNeeded] = [11, 0x6fffffff, 0x6ffffffe];
const [newer, base, prefix] = ['GLIBC_2.38', 'GLIBC_2.2.5', '__isoc23_'];

/**
 * The same library for a glibc before 2.38; undefined where that cannot be. Programs built with C headers of 2.38 call strtoll as
 * `__isoc23_strtoll`, which reads binary numbers, too: that is all these addons want of 2.38. Here they call the one of 2.2.5.
 */
export function forOlderGlibc(file) {
  if (process.arch !== 'x64') return undefined; // elsewhere the base version is another
  const bytes = readFileSync(file);
  const first = Number(bytes.readBigUInt64LE(0x28));
  const sections = Array.from({ length: bytes.readUInt16LE(0x3c) }, (_, k) => {
    const at = first + 64 * k;
    const [offset, size] = [24, 32].map((o) => Number(bytes.readBigUInt64LE(at + o)));
    const [type, link, count] = [4, 40, 44].map((o) => bytes.readUInt32LE(at + o));
    return { type, offset, size, link, count };
  });
  const [symbols, versions, needs] = [dynamicSymbols, versionsOfSymbols, versionsNeeded].map((wanted) =>
    sections.find(({ type }) => type === wanted),
  );
  if (!symbols || !versions || !needs) return undefined;
  const strings = sections[symbols.link].offset;
  const text = (at) => bytes.toString('latin1', strings + at, bytes.indexOf(0, strings + at));

  const needed = [];
  for (let k = 0, at = needs.offset; k < needs.count; k++, at += bytes.readUInt32LE(at + 12)) {
    const library = text(bytes.readUInt32LE(at + 4));
    let entry = at + bytes.readUInt32LE(at + 8);
    for (let n = bytes.readUInt16LE(at + 2); n > 0; n--, entry += bytes.readUInt32LE(entry + 12))
      if (library === 'libc.so.6')
        needed.push({
          entry,
          name: text(bytes.readUInt32LE(entry + 8)),
          index: bytes.readUInt16LE(entry + 6),
        });
  }
  const [from, to] = [newer, base].map((name) => needed.find((n) => n.name === name));
  if (!from || !to) return undefined;
  bytes.copy(bytes, from.entry, to.entry, to.entry + 4); // hash of the version's name
  bytes.copy(bytes, from.entry + 8, to.entry + 8, to.entry + 12); // the name
  for (let k = 0; k < symbols.size / 24; k++) {
    if ((bytes.readUInt16LE(versions.offset + 2 * k) & 0x7fff) !== from.index) continue;
    const at = symbols.offset + 24 * k;
    if (!text(bytes.readUInt32LE(at)).startsWith(`${prefix}strto`)) return undefined;
    bytes.writeUInt32LE(bytes.readUInt32LE(at) + prefix.length, at);
  }
  return bytes;
}
