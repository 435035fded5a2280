import type { ServiceName } from "../services/service.ts";

/** What to look at and what to do with it. */
export interface ProjectOptions {
  /** Folders or files. They may overlap. */
  readonly roots: readonly string[];
  /** Where the codemod runs. Names in reports are relative to it, if all roots are below it. */
  readonly cwd: string;
  /** Patterns as in a `.gitignore`; none means everything. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly services: readonly ServiceName[];
  /** Names of rules; none means all. */
  readonly rules: readonly string[];
  /** Rewrite aws-sdk v2 code that is proven, only report it, or do not look at it. */
  readonly v2: "rewrite" | "flag" | "off";
  /** Look at tests too, at nothing else, or not at all. */
  readonly tests: "all" | "only" | "skip";
  /** Change package names in the code fences of documentation too. */
  readonly docs: boolean;
  /** Remove X-Ray's call around a client that is made on the spot. */
  readonly unwrapXray: boolean;
}

/** Everything, from one folder. */
export function defaultOptions(cwd: string): ProjectOptions {
  return {
    roots: ["."],
    cwd,
    include: [],
    exclude: [],
    services: ["sqs", "sns", "kinesis"],
    rules: [],
    v2: "rewrite",
    tests: "all",
    docs: false,
    unwrapXray: false,
  };
}
