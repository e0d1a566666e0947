/** Whether there is such a process. One with more rights than ours may not be touched, and so is there. */
export function isRunning(number: number): boolean {
  try {
    // Signal 0 is none: it is only looked whether one could be sent.
    return process.kill(number, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
