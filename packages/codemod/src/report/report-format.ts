/** The kinds of report. */
export const REPORT_FORMATS = ["json", "sarif", "markdown", "csv", "patch", "html", "topology"] as const;

/** A kind of report. */
export type ReportFormat = (typeof REPORT_FORMATS)[number];
