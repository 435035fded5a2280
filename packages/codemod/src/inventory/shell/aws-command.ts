import { addressOfText } from "../address.ts";
import type { Address } from "../inventory.ts";
import type { ShellCommand, ShellValue } from "./shell-run.ts";

/** `aws sqs create-queue --queue-name orders`. */
export interface AwsCommand {
  readonly service: "sqs" | "sns" | "kinesis";
  /** As the SDK calls it: `CreateQueue`. */
  readonly operation: string;
  readonly options: ReadonlyMap<string, ShellValue>;
  readonly offset: number;
  readonly isCaptured: boolean;
  /** It goes to an emulator on this machine. */
  readonly isLocal: boolean;
}

/** Reads a command as one of the AWS CLI, wherever it stands: behind `docker exec`, with global options. */
export function awsCommand({ words, offset, isCaptured }: ShellCommand): AwsCommand | undefined {
  const index = words.findIndex(
    ({ text }, at) =>
      isService(text) && /^[a-z]+(-[a-z]+)+$|^(publish|subscribe|unsubscribe)$/.test(words[at + 1]?.text ?? ""),
  );
  const service = words[index]?.text;
  if (!isService(service)) return undefined;
  const before = words.slice(0, index);
  if (!isAws(before)) return undefined;
  const name = words[index + 1]?.text ?? "";
  const isLocal = before.some(({ text }) =>
    /awslocal|laws|localhost|127\.0\.0\.1|localstack|elasticmq/.test(text ?? ""),
  );
  const options = optionsOf(words.slice(index + 2));
  const endpoint = options.get("endpoint-url")?.text ?? "";
  return {
    service,
    operation: name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    options,
    offset,
    isCaptured,
    isLocal: isLocal || /localhost|127\.0\.0\.1|localstack|elasticmq/.test(endpoint),
  };
}

/** The queue, topic or stream that an option names, or that the command behind it answers. */
export function addressOfValue(value: ShellValue | undefined, depth = 0): Address {
  if (value?.text !== undefined) return addressOfText(value.text);
  const inner = value?.command === undefined ? undefined : awsCommand(value.command);
  if (inner === undefined || depth > 5) return { by: "unknown", text: "" };
  return addressOfValue(target(inner), depth + 1);
}

/** The option that says which queue, topic or stream is meant. */
export function target({ options }: AwsCommand): ShellValue | undefined {
  const names = ["queue-url", "queue-name", "topic-arn", "stream-name", "stream-arn", "name", "target-arn"];
  return names.map((name) => options.get(name)).find((value) => value !== undefined);
}

/** `aws`, `docker exec x awslocal --region y`, or a variable of which nothing is known: only options stand behind it. */
function isAws(before: readonly ShellValue[]): boolean {
  const at = before.findLastIndex(({ text }) => text === undefined || /(^|[/\s])(aws|awslocal|laws)(\s|$)/.test(text));
  const options = before.slice(at + 1);
  return (
    at !== -1 &&
    options.every(({ text }, index) => text?.startsWith("--") !== false || isOption(options[index - 1]?.text))
  );
}

function isOption(text: string | undefined): boolean {
  return text?.startsWith("--") === true && !text.includes("=");
}

function isService(text: string | undefined): text is AwsCommand["service"] {
  return text === "sqs" || text === "sns" || text === "kinesis";
}

/** `--queue-name orders` and `--queue-name=orders`; a second value goes to `--attributes A=1 B=2`. */
function optionsOf(words: readonly ShellValue[]): ReadonlyMap<string, ShellValue> {
  const options = new Map<string, ShellValue>();
  let name: string | undefined;
  for (const word of words) {
    const match = /^--([\w-]+)(?:=(.*))?$/s.exec(word.text ?? "");
    if (match !== null) {
      name = match[1];
      if (name !== undefined && match[2] !== undefined) options.set(name, { text: match[2] });
      else if (name !== undefined) options.set(name, { text: "" });
    } else if (name !== undefined) {
      const known = options.get(name)?.text ?? "";
      options.set(name, known === "" ? word : { text: `${known},${word.text ?? ""}` });
    }
  }
  return options;
}
