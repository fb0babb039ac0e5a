import { clientMessage, firstFault, type ClientMessage } from './protocol.js';

/** A page's message, checked; in words what is wrong with it. */
export function parseRequest(text: string): { message: ClientMessage } | { fault: string } {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { fault: 'not JSON' };
  }
  const parsed = clientMessage.safeParse(data);
  return parsed.success ? { message: parsed.data } : { fault: firstFault(parsed.error) };
}
