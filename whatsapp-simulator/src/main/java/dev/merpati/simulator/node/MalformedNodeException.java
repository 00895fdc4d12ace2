package dev.merpati.simulator.node;

import org.jspecify.annotations.Nullable;

/** Bytes that are no node. */
public final class MalformedNodeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MalformedNodeException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
