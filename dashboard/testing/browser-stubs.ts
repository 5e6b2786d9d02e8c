/** What jsdom lacks of a browser: enough for a page to be drawn without layout. */
export function stubBrowser(): void {
  class NoObserver {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  }
  class NoWorker {
    onmessage: unknown = null;
    postMessage(): void {}
    terminate(): void {}
  }
  Object.assign(globalThis, { ResizeObserver: NoObserver, Worker: NoWorker });
  Object.assign(globalThis.Element.prototype, {
    scrollIntoView: () => undefined,
    scrollBy: () => undefined,
    setPointerCapture: () => undefined,
    releasePointerCapture: () => undefined,
  });
  if (!('text' in globalThis.Blob.prototype)) Object.assign(globalThis.Blob.prototype, { text: readText });
}

function readText(this: Blob): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result : '');
    reader.readAsText(this);
  });
}
