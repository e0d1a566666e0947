/** Formats times and durations for display. */

export const MINUTES_PER_DAY = 24 * 60;

/**
 * Formats a time for a ticket, the same in every language: `2026-11-22 09:00 UTC`. Text that isn't a time is unchanged.
 */
export function utcMinute(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Splits a clock difference for its text (`clockDifference.<unit>`): in hours and minutes below two days. */
export function clockDifference(minutes: number) {
  const off = Math.round(Math.abs(minutes));
  return {
    unit: off < 2 * MINUTES_PER_DAY ? 'hours' : 'days',
    days: Math.floor(off / MINUTES_PER_DAY),
    hours: Math.floor(off / 60),
    minutes: off % 60,
  };
}
