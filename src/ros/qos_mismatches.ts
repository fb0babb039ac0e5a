import type { Diagnosis } from './diagnostics.js';
import type { RclEndpoint } from './rcl.js';

/** What of a quality of service keeps two ends apart; rmw's numbers: reliability 1 reliable, 2 best effort; durability 1 transient local, 2 volatile. */
export interface QosProfile {
  reliability: number;
  durability: number;
}

/** One end of a topic of this node. */
export interface OwnEnd {
  /** Full name. */
  topic: string;
  kind: 'publisher' | 'subscription';
  qos: QosProfile;
}

const text = ({ reliability, durability }: QosProfile): string =>
  `${reliability === 1 ? 'reliable' : 'best effort'}, ${durability === 1 ? 'transient local' : 'volatile'}`;

/** Whether messages pass: a publisher must offer at least what a subscription asks for. */
export function passes(offered: QosProfile, requested: QosProfile): boolean {
  return (
    !(requested.reliability === 1 && offered.reliability === 2) &&
    !(requested.durability === 1 && offered.durability === 2)
  );
}

/** In words, what keeps ends of one topic apart. */
export function mismatches(own: OwnEnd, others: readonly RclEndpoint[]): string[] {
  return others.flatMap(({ node_name: name, node_namespace: namespace, qos_profile: theirs }) => {
    if (!theirs) return [];
    const offers = own.kind === 'publisher';
    if (offers ? passes(own.qos, theirs) : passes(theirs, own.qos)) return [];
    const other = `${namespace.replace(/\/$/, '')}/${name}`;
    return [
      offers
        ? `${own.topic}: ${other} asks for ${text(theirs)}, offered is ${text(own.qos)}`
        : `${own.topic}: ${other} offers ${text(theirs)}, asked for is ${text(own.qos)}`,
    ];
  });
}

/** Looks for ends of this node's topics that hear nothing of each other, and tells of each once. */
export class QosMismatches {
  private readonly ends: OwnEnd[] = [];
  private readonly told = new Set<string>();

  /** @param others the ends of a topic that are opposite to an own one. */
  constructor(
    private readonly others: (own: OwnEnd) => readonly RclEndpoint[],
    private readonly warn: (line: string) => void,
  ) {}

  add(end: OwnEnd): void {
    this.ends.push(end);
  }

  remove(topic: string): void {
    const index = this.ends.findIndex((end) => end.topic === topic && end.kind === 'subscription');
    if (index >= 0) this.ends.splice(index, 1);
  }

  look(): Diagnosis {
    const found = this.ends.flatMap((end) => mismatches(end, this.others(end)));
    for (const line of found)
      if (!this.told.has(line)) {
        this.told.add(line);
        this.warn(`no messages pass on ${line}`);
      }
    return {
      level: found.length ? 'warn' : 'ok',
      message: found[0] ?? 'fits',
      values: { topics: this.ends.length, mismatches: found.length },
    };
  }
}
