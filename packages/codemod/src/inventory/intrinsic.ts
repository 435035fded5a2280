import { addressOfText } from "./address.ts";
import type { Address, ResourceKind } from "./inventory.ts";
import type { YamlValue } from "./yaml-value.ts";

const HANDED_ON = "handed on: ";
const EVENT_SOURCE = "event source";
const ARGUMENT = "argument";

/** The address behind a value of CloudFormation: `!Ref Queue`, `!GetAtt Queue.Arn`, `!Sub`, or a text. */
export function addressOf(value: YamlValue, scoped: (reference: string) => string): Address {
  const reference = logicalId(value);
  if (reference !== undefined) return { by: "reference", reference: scoped(reference) };
  const imported = importedName(value);
  if (imported !== undefined) return { by: "variable", variable: exportName(imported) };
  const joined = value.tag === "!Join" ? value.items[1] : value.at("Fn::Join").items[1];
  const end = joined?.items.at(-1);
  if (end !== undefined) return endOf(end, scoped);
  const text = templateText(value);
  if (text === undefined) return { by: "unknown", text: value.json.slice(0, 120) };
  // A substitution before the last part does not hide the name.
  const last = /[:/]([\w.-]+)$/.exec(text)?.[1];
  if (text.includes("${") && last !== undefined) return { by: "name", name: last };
  const [id, ...others] = text.includes("${") ? logicalIdsBelow(value) : [];
  if (id !== undefined && others.length === 0) return { by: "reference", reference: scoped(id) };
  return text.includes("${") ? { by: "unknown", text } : addressOfText(text);
}

/** The logical id that a value refers to. */
export function logicalId(value: YamlValue): string | undefined {
  const { tag, text } = value;
  if (tag === "!Ref" && text !== undefined) return text;
  if (tag === "!GetAtt") return attributeHolder(text ?? value.items.map((item) => item.text).join("."));
  if (tag === "!Sub" && text !== undefined) return /^\$\{(\w+)(\.\w+)?\}$/.exec(text)?.[1];
  const ref = value.at("Ref").text;
  if (ref !== undefined) return ref;
  const attribute = value.at("Fn::GetAtt");
  if (!attribute.isEmpty) return attributeHolder(attribute.text ?? attribute.items.map((item) => item.text).join("."));
  const sub = value.at("Fn::Sub").text;
  return sub === undefined ? undefined : /^\$\{(\w+)(\.\w+)?\}$/.exec(sub)?.[1];
}

/** What `Queue.Arn` is an attribute of; the output of a nested stack stays what it is. */
function attributeHolder(path: string): string | undefined {
  return /^\w+\.Outputs\.\w+$/.test(path) ? path : path.split(".")[0];
}

/** The variable that carries what a template gets from the one around it, and back. */
export function handedOn(reference: string): string {
  return `${HANDED_ON}${reference}`;
}

/**
 * What carries the source of a Lambda function's events to its code: `path` is its file's without the extension, `name`
 * its export. Without a name, it is the only one of the file.
 */
export function eventSource(kind: ResourceKind, path: string, name?: string): string {
  return handedOn(`${EVENT_SOURCE} ${kind} ${path}${name === undefined ? "" : `.${name}`}`);
}

/** What carries an argument of a class's constructor from where objects are made to the class. */
export function argumentOf(file: string, className: string, path: string): string {
  return handedOn(`${ARGUMENT} ${file}#${className}.${path}`);
}

/** Whether a variable is an argument of a constructor: each object may get another. */
export function isArgument(variable: string): boolean {
  return variable.startsWith(handedOn(ARGUMENT));
}

/** Whether a variable only joins two parts of the project, and is none that a program could read. */
export function isHandedOn(variable: string): boolean {
  return variable.startsWith(HANDED_ON);
}

/** A variable as people read it. */
export function shownVariable(variable: string): string {
  if (variable.startsWith(handedOn(EVENT_SOURCE))) return "the function's event source";
  return variable.startsWith(HANDED_ON) ? variable.slice(HANDED_ON.length) : `$${variable}`;
}

/** Every logical id that is referred to somewhere below a value. */
export function logicalIdsBelow(value: YamlValue): string[] {
  const own = logicalId(value);
  if (own !== undefined) return [own];
  const inText = value.tag === "!Sub" || !value.at("Fn::Sub").isEmpty ? templateText(value) : undefined;
  const ids = [...(inText ?? "").matchAll(/\$\{(\w+)(?:\.\w+)?\}/g)].flatMap((match) => match[1] ?? []);
  const below = [...value.items, ...value.entries.map(([, inner]) => inner)].flatMap((inner) => logicalIdsBelow(inner));
  return [...ids, ...below];
}

/** A text, also of `!Sub`, with or without values of its own. */
export function templateText(value: YamlValue): string | undefined {
  const sub = value.tag === "!Sub" ? value : value.at("Fn::Sub");
  return value.text ?? sub.text ?? sub.items[0]?.text;
}

/** The name behind `!ImportValue`, in each way to write it. */
function importedName(value: YamlValue): string | undefined {
  const imported = value.at("Fn::ImportValue");
  if (value.tag === "!ImportValue") return value.text ?? templateText(value);
  return imported.isEmpty ? undefined : templateText(imported);
}

/** `!Join ["", ["arn:aws:sqs:…:", !GetAtt Queue.QueueName]]`: the end is what names it. */
function endOf(end: YamlValue, scoped: (reference: string) => string): Address {
  const reference = logicalId(end);
  if (reference !== undefined) return { by: "reference", reference: scoped(reference) };
  const name = /(?:^|[:/])([\w.-]+)$/.exec(end.text ?? "")?.[1];
  return name === undefined ? { by: "unknown", text: end.text ?? "" } : { by: "name", name };
}

/** What one stack exports and others import is handed on like a variable. */
export function exportName(name: string): string {
  return `ImportValue ${name.replaceAll(/\$\{[^}]*\}/g, "${}")}`;
}
