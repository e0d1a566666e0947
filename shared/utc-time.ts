/** Times and spans in the units of people. */

export const MINUTES_PER_DAY = 24 * 60;

/** A time as a ticket has it, the same in every language: `2026-11-22 09:00 UTC`. What is no time stays as it is. */
export function utcMinute(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
