import type { Policy, Requirement } from "./policy.ts";

/**
 * The same policy without dots in names: `a.b` is `b` in the object `a`. Recorded: AWS takes both for the same, in
 * policies and in bodies.
 */
export function undotted({ properties, alternatives }: Policy): Policy {
  let result: Policy = { properties: new Map(), alternatives: alternatives.map((policies) => policies.map(undotted)) };
  for (const [name, requirement] of properties) result = both(result, alone(name, requirement));
  return result;
}

function alone(name: string, requirement: Requirement): Policy {
  const inner: Requirement =
    requirement.type === "nested" ? { type: "nested", policy: undotted(requirement.policy) } : requirement;
  const [last = "", ...outer] = name.split(".").toReversed();
  return outer.reduce<Policy>((policy, part) => only(part, { type: "nested", policy }), only(last, inner));
}

function only(name: string, requirement: Requirement): Policy {
  return { properties: new Map([[name, requirement]]), alternatives: [] };
}

/** Holds where both policies hold. Of two lists of conditions for one property the later counts, as AWS has it. */
function both(left: Policy, right: Policy): Policy {
  const properties = new Map(left.properties);
  const alternatives = [...left.alternatives, ...right.alternatives];
  for (const [name, requirement] of right.properties) {
    const before = properties.get(name);
    if (before?.type === "nested" && requirement.type === "nested") {
      properties.set(name, { type: "nested", policy: both(before.policy, requirement.policy) });
      continue;
    }
    if (before === undefined || before.type === requirement.type) properties.set(name, requirement);
    else alternatives.push([only(name, requirement)]);
  }
  return { properties, alternatives };
}
