package dev.merpati.worker.cobalt.proto;

/** Bytes that are no protocol buffer, or a field that is of another type than the schema says. */
public final class MalformedProtobufException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedProtobufException(String message) {
        super(message, null, false, false);
    }
}
