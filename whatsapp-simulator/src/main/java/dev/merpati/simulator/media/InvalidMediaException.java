package dev.merpati.simulator.media;

import java.io.IOException;

/** An upload that an official client would refuse to show. */
public final class InvalidMediaException extends IOException {
    private static final long serialVersionUID = 1;

    InvalidMediaException(String message) {
        super(message);
    }
}
