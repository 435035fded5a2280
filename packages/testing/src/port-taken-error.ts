/** A port that was free a moment ago is in use: the start is to be tried again with other ports. */
export class PortTakenError extends Error {
  override readonly name = "PortTakenError";
}

const ATTEMPTS = 4;

/** Runs a start again, with the new ports that it picks, for as long as ports are taken under its feet. */
export async function withFreshPorts<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof PortTakenError) || attempt === ATTEMPTS) throw error;
    }
  }
}
