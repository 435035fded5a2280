import type { Socket } from "node:net";

/**
 * Resets a connection (TCP RST). One whose end was already sent is closed instead: libuv refuses to reset it (EINVAL), and
 * Node would leave it open for good and never exit (measured on Node 20).
 */
export function resetSocket(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
