import type { JogCommand, ToldMessage, Wish } from '../protocol.js';

/** What came of a wish. */
export interface Reply {
  ok: boolean;
  message: string;
}

/** How the page stands with what it shows. */
export type LinkState = 'connecting' | 'connected' | 'silent' | 'lost' | 'refused';

/** What the page shows and asks: a viewer's server, or a learner in the page itself. */
export interface Link {
  ask(wish: Wish): Promise<Reply>;
  /** Drives the arm by hand, where this link can: as long as commands keep coming. */
  jog?(command: JogCommand): void;
  /** Takes the token that lets this page move the arm. */
  useToken(token: string): void;
}

export interface LinkEvents {
  receive(message: ToldMessage): void;
  state(state: LinkState, detail: string): void;
  /** Something came that cannot be shown. */
  fault(what: string): void;
}
