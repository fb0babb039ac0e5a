const gone = /client will not receive response/;

/**
 * A client that ends while its request is under way must not end the server: rclnodejs throws, out of its own callbacks,
 * where an answer finds nobody. Such errors are told on standard error; every other one ends the process, its stop hooks first:
 * what moves an arm brakes it.
 */
export function surviveGoneClients(): void {
  const handle = (error: unknown): void => {
    if (error instanceof Error && gone.test(error.message)) {
      console.error(`[WARN] an answer found nobody: ${error.message.split(',')[0]}`);
      return;
    }
    console.error(error);
    void import('./shutdown.js').then(({ shutdown }) => shutdown(1));
  };
  process.on('uncaughtException', handle);
  process.on('unhandledRejection', handle);
}
