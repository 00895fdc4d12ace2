package dev.merpati.simulator.proto;

import org.jspecify.annotations.Nullable;

/** Bytes that are not the protobuf message they should be. */
public final class MalformedProtoException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MalformedProtoException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
