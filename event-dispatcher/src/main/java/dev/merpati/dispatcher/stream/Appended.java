package dev.merpati.dispatcher.stream;

import dev.merpati.model.event.StoredEvent;
import java.util.List;

/**
 * What came of an append.
 *
 * @param events those that are new, in order
 * @param repeated how many were left out since an event of the same key is there
 * @param replayed how many were left out since this very record was appended before
 * @param removed whether nothing was appended since the tenant was removed
 */
public record Appended(List<StoredEvent> events, int repeated, int replayed, boolean removed) {}
