package dev.merpati.worker.whatsapp;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Small named records that a connector keeps of one session beside its credentials: Signal sessions, addresses, tokens.
 * As secret as the credentials, and gone with them. Calls block; thread-safe.
 *
 * <p>A name is {@code <kind>:<key>}, such as {@code lid:628111222333}, or a kind alone where there is one record of it.
 */
public interface SessionRecords {

    /**
     * Returns those of the named records that exist.
     *
     * @throws RuntimeException when they cannot be read now
     */
    Map<String, byte[]> load(Collection<String> names);

    /**
     * Stores all of the changes or none of them, and returns when that is done.
     *
     * @param changes the new values by name; null removes a record
     * @throws RuntimeException when they could not be stored, or when the session is another worker's by now
     */
    void save(Map<String, byte @Nullable []> changes);
}
