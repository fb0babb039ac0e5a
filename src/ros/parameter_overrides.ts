/**
 * What the command line and parameter files say about one node's parameters, resolved as rcl and rclpy do it: every rule
 * (a fully qualified name, a name, or a pattern with /* and /**) that fits the node's fully qualified name applies, in the
 * order in which the rules were first named; of one rule's values the last on the command line holds.
 */
import type { RclNode } from './rcl.js';
import { nativeParameterRules } from './rcl_private.js';

/** A value for a parameter, and the rule that it came from. */
export interface ParameterOverride {
  name: string;
  /** Undefined for an empty array, which has no type. */
  value: unknown;
  /** rcl's type of the value (rcl_interfaces/msg/ParameterType), where it has one. */
  type?: number;
  /** The node name or pattern that it stood under; a bare `-p` stands under `/**`. */
  rule: string;
}

/** Whether a rule (`/**`, `/left/*`, `motor_learner`, ...) is for the node of this fully qualified name. */
export function ruleFits(rule: string, fullyQualifiedName: string): boolean {
  const absolute = rule.startsWith('/') ? rule : `/${rule}`;
  return new RegExp(`^${absolute.replaceAll('/*', '(/\\w+)')}$`).test(fullyQualifiedName);
}

/** The overrides of a node that has its final name and namespace, by parameter. */
export function parameterOverrides(node: RclNode): Map<string, ParameterOverride> {
  const found = new Map<string, ParameterOverride>();
  for (const { name: rule, parameters } of nativeParameterRules(node))
    if (ruleFits(rule, node.getFullyQualifiedName()))
      for (const { name, value, type } of parameters) found.set(name, { name, value, type, rule });
  return found;
}

/** Names of parameters that a command line sets for all its nodes (`-p NAME:=VALUE`, `--param NAME:=VALUE`). */
export function namesOnCommandLine(argv: readonly string[]): Set<string> {
  const names = new Set<string>();
  argv.forEach((argument, k) => {
    const rule = /^([^:]+):=/.exec(argv[k + 1] ?? '');
    if ((argument === '-p' || argument === '--param') && rule) names.add(rule[1]);
  });
  return names;
}
