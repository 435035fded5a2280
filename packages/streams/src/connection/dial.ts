import { RabbitError, type Deadline } from "@warrenmq/core/internal";
import type { StreamAddress } from "./address.ts";
import { shakeHands } from "./handshake.ts";
import type { Tune } from "./handshake.ts";
import { openSocket } from "./open-socket.ts";
import type { ResolvedStreamOptions } from "./options.ts";
import { StreamConnection } from "./stream-connection.ts";
import { Wire } from "./wire.ts";
import type { UnaskedFrame, WireEvents } from "./wire.ts";

/**
 * Connects to one address and shakes hands.
 * @param role shown in the connection's name on the broker
 * @throws RabbitError `connection-failed`, `access-refused`, `vhost-not-found`, `timeout`
 */
export async function dial(
  address: StreamAddress,
  options: ResolvedStreamOptions,
  role: string,
  deadline: Deadline,
): Promise<StreamConnection> {
  const socket = await openSocket(address, options, deadline);
  const events = new HandshakeEvents();
  const wire = new Wire(socket, address.label, options.frameLimits, events);
  try {
    const facts = await shakeHands({ wire, address, options, role, tuned: events.tuned }, deadline);
    const connection = new StreamConnection(wire, facts);
    events.next = connection;
    return connection;
  } catch (error) {
    const reason = error instanceof RabbitError ? error : new RabbitError("connection-failed", String(error));
    wire.destroy(reason);
    throw reason;
  }
}

/** Waits for the broker's Tune; after the handshake everything is for the connection. */
class HandshakeEvents implements WireEvents {
  readonly tuned: Promise<Tune>;
  next: WireEvents | undefined;
  #onTune: (tune: Tune) => void = () => undefined;
  #onLoss: (reason: RabbitError) => void = () => undefined;

  constructor() {
    this.tuned = new Promise((resolve, reject) => {
      this.#onTune = resolve;
      this.#onLoss = reject;
    });
    this.tuned.catch(() => undefined); // the handshake may have failed before anybody waits for it
  }

  readonly onFrame = (frame: UnaskedFrame): void => {
    if (frame.type === "tune") this.#onTune(frame);
    else this.next?.onFrame(frame);
  };

  readonly onDrain = (): void => this.next?.onDrain();

  readonly onClose = (reason: RabbitError): void => {
    this.#onLoss(reason);
    this.next?.onClose(reason);
  };
}
