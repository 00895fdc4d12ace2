package dev.merpati.dispatcher.webhook;

import dev.merpati.model.event.EventId;
import dev.merpati.model.event.StoredEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events that were read.
 *
 * @param scanned the last id that was looked at, whether or not its event is still kept; null when there was none
 * @param more whether there may be more within what was asked for
 */
record Page(List<StoredEvent> events, @Nullable EventId scanned, boolean more) {}
