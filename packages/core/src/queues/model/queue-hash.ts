/** The number that stands for a queue in its receipt handles, or for a group in the choice of its partition: 32-bit FNV-1a. */
export function queueHash(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
