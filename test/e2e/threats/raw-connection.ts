/** Bytes to a server's http port and what comes back, for requests that no HTTP client would send. */
import { connect } from 'node:net';

export interface RawAnswer {
  readonly text: string;
  /** Status lines in the text: how many requests the server saw. */
  readonly statuses: readonly number[];
  /** Whether the server ended the connection. */
  readonly closed: boolean;
}

/** Sends and listens until the server closes, or has been silent for `quiet` milliseconds. */
export function sendRaw(url: string, bytes: string | Uint8Array, quiet = 400): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    const finish = (closed: boolean): void => {
      clearTimeout(silence);
      socket.destroy();
      const statuses = [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
      resolve({ text, statuses, closed });
    };
    let silence = setTimeout(() => finish(false), 5000);
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? finish(true) : reject(error),
    );
    socket.on('close', () => finish(true));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      clearTimeout(silence);
      silence = setTimeout(() => finish(false), quiet);
    });
    socket.write(bytes);
  });
}
