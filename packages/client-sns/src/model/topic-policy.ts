import { parseJsonMap } from "@warrenmq/core/queues";

const OWNER_ACTIONS = [
  "SNS:GetTopicAttributes",
  "SNS:SetTopicAttributes",
  "SNS:AddPermission",
  "SNS:RemovePermission",
  "SNS:DeleteTopic",
  "SNS:Subscribe",
  "SNS:ListSubscriptionsByTopic",
  "SNS:Publish",
] as const;

/** A statement that AddPermission makes. */
export interface Grant {
  readonly topicArn: string;
  /** The statement's `Sid`. */
  readonly label: string;
  readonly accountIds: readonly string[];
  /** Names of operations without `SNS:`. */
  readonly actions: readonly string[];
}

/** The `Policy` that AWS shows of a topic that was never given one. Recorded. */
export function defaultPolicy(topicArn: string): string {
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: OWNER_ACTIONS,
        Resource: topicArn,
        Condition: { StringEquals: { "AWS:SourceOwner": topicArn.split(":")[4] ?? "" } },
      },
    ],
  });
}

/** The policy with a statement added; `undefined` when there is one of that label. */
export function addPermission(policy: string | undefined, grant: Grant): string | undefined {
  const parsed = readPolicy(policy, grant.topicArn);
  const statements = statementsOf(parsed);
  if (statements.some((statement) => labelOf(statement) === grant.label)) return undefined;
  const principals = grant.accountIds.map((id) => (id === "*" ? "*" : `arn:aws:iam::${id}:root`));
  const statement = {
    Sid: grant.label,
    Effect: "Allow",
    Principal: { AWS: oneOrList(principals) },
    Action: oneOrList(grant.actions.map((action) => `SNS:${action}`)),
    Resource: grant.topicArn,
  };
  return JSON.stringify({ ...Object.fromEntries(parsed), Statement: [...statements, statement] });
}

/** The policy without the statement of that label; `undefined` when there is none. */
export function removePermission(
  policy: string | undefined,
  { topicArn, label }: Pick<Grant, "topicArn" | "label">,
): string | undefined {
  const parsed = readPolicy(policy, topicArn);
  const statements = statementsOf(parsed);
  const rest = statements.filter((statement) => labelOf(statement) !== label);
  if (rest.length === statements.length) return undefined;
  return JSON.stringify({ ...Object.fromEntries(parsed), Statement: rest });
}

function readPolicy(policy: string | undefined, topicArn: string): ReadonlyMap<string, unknown> {
  return parseJsonMap(policy ?? defaultPolicy(topicArn)) ?? new Map<string, unknown>();
}

function statementsOf(policy: ReadonlyMap<string, unknown>): readonly unknown[] {
  const statement = policy.get("Statement");
  if (statement === undefined) return [];
  return Array.isArray(statement) ? statement : [statement];
}

function labelOf(statement: unknown): unknown {
  if (typeof statement !== "object" || statement === null || !("Sid" in statement)) return undefined;
  return statement.Sid;
}

function oneOrList(values: readonly string[]): string | readonly string[] {
  const [first] = values;
  return values.length === 1 && first !== undefined ? first : values;
}
