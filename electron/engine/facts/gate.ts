/** Lets work start: so much at once, and never so much in one go that timers and signals get no turn. */
export class Gate {
  private open = 0;
  private startedInTurn = 0;
  private readonly waiting: (() => void)[] = [];

  /**
   * @param most jobs that may be open at once
   * @param batch jobs that start before anything else gets a turn
   */
  constructor(
    private readonly most: number,
    private readonly batch = 16,
  ) {}

  /**
   * Runs a job as soon as it may.
   *
   * @param first whether it goes before those that wait
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
