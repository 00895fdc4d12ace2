package dev.merpati.worker.whatsapp;

/** A received file cannot be had. */
public final class MediaUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** WhatsApp does not keep it any more. */
        GONE,
        /** What WhatsApp keeps is not what was sent, or the message does not say where it is. */
        CORRUPT,
        /** It is larger than was asked for. */
        TOO_LARGE,
        /** No media host gave it now; a later try may succeed. */
        UNREACHABLE
    }

    private final Reason reason;

    /** @param message for a log; holds nothing of the file and no address */
    public MediaUnavailableException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
