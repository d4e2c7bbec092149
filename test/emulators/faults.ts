/** What an emulator does wrong with the next request it fits. */
export type Fault =
  /** says no with this code and does nothing */
  | { code: string; message?: string }
  /** does nothing and never answers */
  | 'silent'
  /** does what was asked, and the line goes dead before the answer */
  | 'answer-lost'
  /** answers with a signature by somebody else's key */
  | 'forged'
  /** answers without a signature */
  | 'unsigned';

/** Faults that tests have ordered, each for one request. */
export class Faults {
  readonly #due: { where: string; fault: Fault }[] = [];

  /** @param where a part of the method and path, like `POST /v3/refund` */
  next(where: string, ...faults: Fault[]): void {
    this.#due.push(...faults.map((fault) => ({ where, fault })));
  }

  take(request: string): Fault | null {
    const found = this.#due.findIndex(({ where }) => request.includes(where));
    return found < 0 ? null : (this.#due.splice(found, 1)[0]?.fault ?? null);
  }
}

/** A notice as it leaves an emulator. */
export interface SentNotice {
  raw: string;
  headers: Record<string, string>;
}

/** Takes a notice to the shop; answers the status and text that came back. */
export type Deliver = (notice: SentNotice) => Promise<{ status: number; body: string }>;

/** Notices that are due or were sent, with the retries that the provider documents. */
export class Notices {
  /** seconds after the first attempt's failure, one after another */
  readonly #retries: readonly number[];
  readonly #taken: (answer: { status: number; body: string }) => boolean;
  readonly #now: () => Date;
  /** a notice is signed anew each time it is sent */
  readonly waiting: { make: () => SentNotice; dueAt: number; tries: number }[] = [];
  /** everything that was sent, in the order of sending */
  readonly sent: SentNotice[] = [];

  constructor(
    now: () => Date,
    retries: readonly number[],
    taken: (answer: { status: number; body: string }) => boolean,
  ) {
    this.#now = now;
    this.#retries = retries;
    this.#taken = taken;
  }

  add(make: () => SentNotice): void {
    this.waiting.push({ make, dueAt: this.#now().getTime(), tries: 0 });
  }

  /** Loses everything that waits: the provider believes it was heard. */
  lose(): void {
    this.waiting.length = 0;
  }

  reverse(): void {
    this.waiting.reverse();
  }

  /** Sends what is due by the test's clock; what is not taken is sent again later. @returns how many were taken */
  async send(deliver: Deliver): Promise<number> {
    let taken = 0;
    for (const notice of this.waiting.filter(({ dueAt }) => dueAt <= this.#now().getTime())) {
      const sent = notice.make();
      this.sent.push(sent);
      const well = this.#taken(await deliver(sent).catch(() => ({ status: 0, body: '' })));
      const retry = this.#retries[notice.tries++];
      if (well) taken++;
      if (well || retry === undefined) this.waiting.splice(this.waiting.indexOf(notice), 1);
      else notice.dueAt = this.#now().getTime() + retry * 1000;
    }
    return taken;
  }
}
