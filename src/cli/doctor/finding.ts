/** One line of `oneshot-arm doctor`. */
export interface Finding {
  name: string;
  found: boolean;
  /** Version, path or count; or why it is not there. */
  detail: string;
  /** What does not work without it. */
  disables: string;
  /** Command that brings it; empty where there is nothing to do. */
  fix: string;
  /** Without it the ROS demo cannot run. */
  required: boolean;
}

/** A finding whose state is known. */
export function finding(
  name: string,
  found: boolean,
  detail: string,
  disables: string,
  fix: string,
  required = false,
): Finding {
  return { name, found, detail, disables, fix: found ? '' : fix, required };
}

/** The findings as aligned lines for a terminal. */
export function report(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map((f) => f.name.length));
  return findings
    .map((f) => {
      const line = `${f.found ? 'ok     ' : 'missing'}  ${f.name.padEnd(width)}  ${f.detail}`;
      if (f.found) return line;
      const indent = ' '.repeat(width + 11);
      return `${line}\n${indent}without it: ${f.disables}${f.fix ? `\n${indent}fix: ${f.fix}` : ''}`;
    })
    .join('\n');
}
