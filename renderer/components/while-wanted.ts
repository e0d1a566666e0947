/**
 * Makes a request for an effect, which returns the result as its cleanup: afterward, the answer no longer counts.
 *
 * @param onAnswer receives the answer; null if there is none, because the request was refused
 * @param pause delay before the request, in milliseconds, within which the cleanup prevents it
 */
export function whileWanted<Answer>(
  request: () => Promise<Answer>,
  onAnswer: (answer: Answer | null) => void,
  pause = 0,
): () => void {
  let isWanted = true;
  const ask = async (): Promise<void> => {
    const answer = await request().catch(() => null);
    if (isWanted) onAnswer(answer);
  };
  const timer = setTimeout(() => void ask(), pause);
  return () => {
    isWanted = false;
    clearTimeout(timer);
  };
}
