import type { ScriptFile } from "../engine/script-file.ts";

/** What all rules know. */
export interface RuleContext {
  /** Package names to replace: `@aws-sdk/client-sqs` → `@warrenmq/client-sqs`, for the services that were asked for. */
  readonly packages: ReadonlyMap<string, string>;
  /** Remove the call of X-Ray around a client that is made on the spot. */
  readonly unwrapXray: boolean;
}

/** One rule: it looks at a file and wants edits or makes findings. */
export interface Rule {
  /** What the rule does, for `--help` and the reports. */
  readonly title: string;
  /** Whether the text can have anything to do with the rule: a cheap test before the file is parsed. */
  readonly applies: (text: string) => boolean;
  readonly check: (file: ScriptFile, context: RuleContext) => void;
}
