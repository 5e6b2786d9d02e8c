/** Saves a text as a file on the reader's machine. */
export const downloadText = (name: string, text: string, mediaType: string): void =>
  downloadBlob(name, new Blob([text], { type: mediaType }));

/** Saves bytes as a file on the reader's machine. */
export function downloadBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** A name that every file system takes. */
export const fileNameOf = (name: string): string =>
  name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^-+|-+$/g, '') || 'file';
