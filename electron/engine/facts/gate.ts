/** Limits how many jobs run concurrently, and how many start in one turn, so that timers and signals aren't starved. */
export class Gate {
  private open = 0;
  private startedInTurn = 0;
  private readonly waiting: (() => void)[] = [];

  /**
   * @param most maximum number of jobs running concurrently
   * @param batch maximum number of jobs started per event loop turn
   */
  constructor(
    private readonly most: number,
    private readonly batch = 16,
  ) {}

  /**
   * Runs a job as soon as the limits allow.
   *
   * @param first whether it goes to the front of the queue
   */
  run<T>(job: () => Promise<T>, first = false): Promise<T> {
    return new Promise((resolve, reject) => {
      const start = (): void => {
        this.open += 1;
        job()
          .then(resolve, reject)
          .finally(() => {
            this.open -= 1;
            this.pump();
          });
      };
      if (first) this.waiting.unshift(start);
      else this.waiting.push(start);
      this.pump();
    });
  }

  private pump(): void {
    while (this.open < this.most && this.startedInTurn < this.batch) {
      const start = this.waiting.shift();
      if (start === undefined) return;
      if (this.startedInTurn === 0) {
        setImmediate(() => {
          this.startedInTurn = 0;
          this.pump();
        });
      }
      this.startedInTurn += 1;
      start();
    }
  }
}
