/** The formats in which the window saves a report, in the order of its menu. */
export const REPORT_FORMATS = ['html', 'pdf', 'json', 'text', 'case', 'case-anonymous'] as const;
