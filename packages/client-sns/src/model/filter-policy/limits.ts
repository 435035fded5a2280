import { PolicyError, type Condition, type Policy, type Requirement } from "./policy.ts";
import { wildcardCount } from "./wildcard.ts";

const MOST_KEYS = 5;
const MOST_COMBINATIONS = 150;
const MOST_WILDCARD_POINTS = 100;

/**
 * Checks AWS's limits: 5 keys, 150 combinations of values, 100 points of wildcards. Which keys of nested policies count
 * has changed in AWS's guide, from the outermost to the innermost ones; a policy passes that is within either.
 * @throws PolicyError
 */
export function checkLimits(policy: Policy): void {
  if (Math.min(outerKeys(policy).size, leafCount(policy)) > MOST_KEYS) {
    throw new PolicyError(`Filter policy can not have more than ${MOST_KEYS} keys`);
  }
  if (combinations(policy, 1, 1) > MOST_COMBINATIONS || wildcardPoints(policy) > MOST_WILDCARD_POINTS) {
    throw new PolicyError("Filter policy is too complex");
  }
}

function outerKeys({ properties, alternatives }: Policy): ReadonlySet<string> {
  return new Set([...properties.keys(), ...alternatives.flat().flatMap((policy) => [...outerKeys(policy)])]);
}

function leafCount({ properties, alternatives }: Policy): number {
  let leaves = 0;
  for (const requirement of properties.values()) {
    leaves += requirement.type === "nested" ? leafCount(requirement.policy) : 1;
  }
  for (const policy of alternatives.flat()) leaves += leafCount(policy);
  return leaves;
}

/** The product over all keys of values times depth; the alternatives of an `$or` add up. */
function combinations({ properties, alternatives }: Policy, depth: number, before: number): number {
  let product = before;
  for (const requirement of properties.values()) {
    product =
      requirement.type === "nested"
        ? combinations(requirement.policy, depth + 1, product)
        : product * requirement.conditions.length * depth;
  }
  for (const policies of alternatives) {
    let sum = 0;
    for (const policy of policies) sum += combinations(policy, depth, product);
    product = sum;
  }
  return product;
}

/** Per key: one point for a pattern with one `*`, three for each `*` of one with several, times the number of patterns. */
function wildcardPoints({ properties, alternatives }: Policy): number {
  let points = 0;
  for (const requirement of properties.values()) points += pointsOf(requirement);
  for (const policy of alternatives.flat()) points += wildcardPoints(policy);
  return points;
}

function pointsOf(requirement: Requirement): number {
  if (requirement.type === "nested") return wildcardPoints(requirement.policy);
  const patterns = requirement.conditions.flatMap(wildcards);
  let points = 0;
  for (const pattern of patterns) {
    const count = wildcardCount(pattern);
    points += count > 1 ? count * 3 : count;
  }
  return points * patterns.length;
}

function wildcards(condition: Condition): readonly string[] {
  if (condition.type === "wildcard") return [condition.text];
  return condition.type === "anything-but" ? condition.none.flatMap(wildcards) : [];
}
