import { compileForAttributes, compileForBody, type AttributeTest, type BodyTest } from "./compile-policy.ts";
import { checkLimits } from "./limits.ts";
import { parsePolicy } from "./parse-policy.ts";
import { PolicyError, type Policy } from "./policy.ts";

/** What a filter policy looks at. */
export type FilterPolicyScope = "MessageAttributes" | "MessageBody";

/** A filter policy, compiled: evaluating it parses nothing. */
export type Filter =
  | { readonly scope: "MessageAttributes"; readonly test: AttributeTest }
  | { readonly scope: "MessageBody"; readonly test: BodyTest };

/** The text with which AWS refuses a nested policy under scope `MessageAttributes`; it stands without `FilterPolicy: `. */
export const NESTED_POLICY = "Filter policy scope MessageAttributes does not support nested filter policy";

/**
 * Checks a filter policy as AWS does when a subscription gets it.
 * @throws PolicyError
 */
export function checkFilterPolicy(text: string, scope: FilterPolicyScope): void {
  const policy = parsePolicy(text);
  if (scope === "MessageAttributes" && isNested(policy)) throw new NestedPolicyError(NESTED_POLICY);
  checkLimits(policy);
}

/** A nested policy under scope `MessageAttributes`. */
export class NestedPolicyError extends PolicyError {}

/** Makes a function of a policy that was checked. `undefined` when the policy is empty: it lets every message through. */
export function compileFilter(text: string, scope: FilterPolicyScope): Filter | undefined {
  const policy = parsePolicy(text);
  if (policy.properties.size === 0 && policy.alternatives.length === 0) return undefined;
  if (scope === "MessageBody") return { scope, test: compileForBody(policy) };
  return { scope, test: compileForAttributes(policy) };
}

function isNested({ properties, alternatives }: Policy): boolean {
  return [...properties.values()].some(({ type }) => type === "nested") || alternatives.flat().some(isNested);
}
