package dev.merpati.simulator.noise;

import org.jspecify.annotations.Nullable;

/** The other side does not keep to the Noise protocol, or does not hold the keys it should. */
public final class NoiseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoiseException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
