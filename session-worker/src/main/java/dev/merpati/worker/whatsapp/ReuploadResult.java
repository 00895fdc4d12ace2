package dev.merpati.worker.whatsapp;

/** What became of a request to the account's phone to upload a file again. */
public sealed interface ReuploadResult {

    /** @param directPath where the file is now, on the media hosts; its key and its hashes are as before */
    record Uploaded(String directPath) implements ReuploadResult {
        /** Leaves the path out, by which everybody can fetch the file. */
        @Override
        public String toString() {
            return "Uploaded";
        }
    }

    /**
     * The phone does not have the file any more, or does not give it.
     *
     * @param detail for a log
     */
    record Refused(String detail) implements ReuploadResult {}

    /**
     * The connection ended before the phone answered; its answer is lost, another request may succeed.
     *
     * @param detail for a log
     */
    record Unanswered(String detail) implements ReuploadResult {}
}
