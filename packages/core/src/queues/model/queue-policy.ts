import { OperationError } from "../../aws/operation-error.ts";
import { invalidAttributeValue } from "./errors.ts";
import { parseJsonMap } from "./json-map.ts";

const MAX_BYTES = 8192;
const MAX_STATEMENTS = 20;

/**
 * Reads a Policy attribute (the value, not empty) and gives it back compact. WarrenMQ stores policies and shows them,
 * but RabbitMQ's own permissions decide who may do what.
 */
export function parsePolicy(text: string): string {
  const policy = parseJsonMap(text);
  if (policy === undefined || Buffer.byteLength(text) > MAX_BYTES) throw invalidAttributeValue("Policy");
  const statements = policyStatements(policy);
  if (statements.length > MAX_STATEMENTS) {
    throw new OperationError(
      "OverLimit",
      `${statements.length} statements were found in the submitted policy, max allowed is ${MAX_STATEMENTS}`,
    );
  }
  return JSON.stringify(Object.fromEntries(policy));
}

/** The statements of a parsed policy; a single one may stand without a list. */
function policyStatements(policy: ReadonlyMap<string, unknown>): readonly unknown[] {
  const statement = policy.get("Statement");
  if (statement === undefined) return [];
  return Array.isArray(statement) ? statement : [statement];
}

/** What AddPermission grants. */
export interface PermissionGrant {
  /** The statement's `Sid`. */
  readonly label: string;
  readonly accountIds: readonly string[];
  /** Names of operations without `SQS:`, or `*`. */
  readonly actions: readonly string[];
}

/** The queue's Policy with a statement added, as AddPermission does. `policy` is the attribute's value, if any. */
export function addPermission(policy: string | undefined, queueArn: string, grant: PermissionGrant): string {
  const parsed = readPolicy(policy);
  const statements = policyStatements(parsed);
  if (statements.some((statement) => sid(statement) === grant.label)) {
    throw labelError(grant.label, "Already exists.");
  }
  const principals = grant.accountIds.map((id) => `arn:aws:iam::${id}:root`);
  const statement = {
    Sid: grant.label,
    Effect: "Allow",
    Principal: { AWS: oneOrList(principals) },
    Action: oneOrList(grant.actions.map((action) => `SQS:${action}`)),
    Resource: queueArn,
  };
  const version = parsed.get("Version") ?? "2012-10-17";
  const id = parsed.get("Id") ?? `${queueArn}/SQSDefaultPolicy`;
  return parsePolicy(JSON.stringify({ Version: version, Id: id, Statement: [...statements, statement] }));
}

/** The queue's Policy without the statement of that label, as RemovePermission does. `undefined` when none is left. */
export function removePermission(policy: string | undefined, label: string): string | undefined {
  const parsed = readPolicy(policy);
  const statements = policyStatements(parsed);
  const rest = statements.filter((statement) => sid(statement) !== label);
  if (rest.length === statements.length) throw labelError(label, "can't find label.");
  if (rest.length === 0) return undefined;
  return JSON.stringify({ ...Object.fromEntries(parsed), Statement: rest });
}

function readPolicy(policy: string | undefined): ReadonlyMap<string, unknown> {
  return (policy === undefined ? undefined : parseJsonMap(policy)) ?? new Map<string, unknown>();
}

function sid(statement: unknown): unknown {
  if (typeof statement !== "object" || statement === null || !("Sid" in statement)) return undefined;
  return statement.Sid;
}

function oneOrList(values: readonly string[]): string | readonly string[] {
  const [first] = values;
  return values.length === 1 && first !== undefined ? first : values;
}

function labelError(label: string, reason: string): OperationError {
  return new OperationError(
    "InvalidParameterValue",
    `Value ${label} for parameter Label is invalid. Reason: ${reason}`,
  );
}
