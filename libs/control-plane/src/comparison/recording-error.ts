/** Why a control plane could not be recorded: it cannot be reached, or does not have what is asked for. */
export class RecordingError extends Error {
  override readonly name = "RecordingError";
}
