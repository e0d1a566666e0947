/** Times and spans in the units of people. */

export const MINUTES_PER_DAY = 24 * 60;

/** A time as a ticket has it, the same in every language: `2026-11-22 09:00 UTC`. What is no time stays as it is. */
export function utcMinute(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** How far a clock is off, as texts have it (`clockDifference.<unit>`): in hours and minutes up to two days. */
export function clockDifference(minutes: number) {
  const off = Math.round(Math.abs(minutes));
  return {
    unit: off < 2 * MINUTES_PER_DAY ? 'hours' : 'days',
    days: Math.floor(off / MINUTES_PER_DAY),
    hours: Math.floor(off / 60),
    minutes: off % 60,
  };
}
