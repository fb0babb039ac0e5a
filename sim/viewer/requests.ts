import { z } from 'zod';
import type { ClientMessage } from './protocol.js';

const id = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const schema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('stop'), id }),
  z.strictObject({ type: z.enum(['reset', 'execute', 'forget']), id, token: z.string().max(200) }),
  z.strictObject({ type: z.literal('release') }),
]);

/** A page's message, checked; in words what is wrong with it. */
export function parseRequest(text: string): { message: ClientMessage } | { fault: string } {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { fault: 'not JSON' };
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return { message: parsed.data };
  const [issue] = parsed.error.issues;
  return { fault: `${issue.path.join('.') || 'message'}: ${issue.message}` };
}
