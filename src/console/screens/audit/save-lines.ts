/**
 * An answer into a file as it comes, without holding it in memory: into the file that somebody picks, and where a browser
 * cannot ask for one, into one of the browser's own that is then handed over as a download.
 */

export interface LineFile {
  readonly writable: WritableStream<Uint8Array>;
  /** After the last byte. */
  finish(): Promise<void>;
}

interface FilePicker {
  showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
}

/** Null: nobody picked a file. To be called in answer to a press. */
export async function lineFile(name: string): Promise<LineFile | null> {
  const { showSaveFilePicker } = window as FilePicker;
  if (showSaveFilePicker === undefined) return ownFile(name);
  try {
    const handle = await showSaveFilePicker.call(window, { suggestedName: name });
    return { writable: await handle.createWritable(), finish: async () => {} };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
}

async function ownFile(name: string): Promise<LineFile> {
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle(name, { create: true });
  return {
    writable: await handle.createWritable(),
    finish: async () => {
      const url = URL.createObjectURL(await handle.getFile());
      const link = document.createElement('a');
      link.href = url;
      link.download = name;
      link.click();
      // The download reads on; what stays behind is overwritten the next time.
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    },
  };
}

export interface SavedLines {
  readonly bytes: number;
  /** Whether the last line says that it is the last. */
  readonly isWhole: boolean;
}

/** `onBytes` is told how many have been written so far. Throws what ends the stream, or the file. */
export async function saveLines(
  body: ReadableStream<Uint8Array>,
  file: LineFile,
  onBytes: (bytes: number) => void,
): Promise<SavedLines> {
  let bytes = 0;
  let tail = '';
  const text = new TextDecoder();
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.length;
      tail = (tail + text.decode(chunk.subarray(-LAST_LINE), { stream: false })).slice(-LAST_LINE);
      onBytes(bytes);
      controller.enqueue(chunk);
    },
  });
  await body.pipeThrough(counted).pipeTo(file.writable);
  await file.finish();
  return { bytes, isWhole: isLast(tail) };
}

const LAST_LINE = 200;

function isLast(tail: string): boolean {
  return tail.endsWith('\n') && (tail.trimEnd().split('\n').at(-1) ?? '').startsWith('{"end":');
}
