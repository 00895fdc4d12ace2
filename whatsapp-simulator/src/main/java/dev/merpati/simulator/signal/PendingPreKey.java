package dev.merpati.simulator.signal;

import org.jspecify.annotations.Nullable;

/** What every message of a session we began carries until the other side has answered. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PendingPreKey(@Nullable Integer preKeyId, int signedPreKeyId, byte[] baseKey) {}
