package dev.merpati.worker.whatsapp;

import dev.merpati.model.whatsapp.ClientVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client version that new connections are opened with. It only ever rises, without a restart. Open connections stay
 * as they are: WhatsApp looks at the version at the login. Thread-safe.
 */
public final class ClientVersions {
    private static final Logger log = LoggerFactory.getLogger(ClientVersions.class);

    private final List<Waiting> waiting = new ArrayList<>();
    private ClientVersion current;
    private @Nullable Expiry expiry;

    public ClientVersions(ClientVersion first) {
        current = first;
    }

    /** WhatsApp has announced from when on it refuses a version. */
    public record Expiry(ClientVersion version, Instant at) {}

    private record Waiting(ClientVersion version, Runnable action) {}

    public synchronized ClientVersion current() {
        return current;
    }

    /** Takes a newer version; an older one changes nothing. */
    public void raise(ClientVersion to) {
        List<Runnable> due = new ArrayList<>();
        synchronized (this) {
            if (!to.isNewerThan(current)) {
                return;
            }
            current = to;
            if (expiry != null && to.isNewerThan(expiry.version)) {
                expiry = null;
            }
            for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
                Waiting next = each.next();
                if (to.isNewerThan(next.version)) {
                    each.remove();
                    due.add(next.action);
                }
            }
        }
        log.info("New connections are opened as version {}", to);
        due.forEach(Runnable::run);
    }

    /** Runs something once, as soon as the version is newer than a given one; at once if it is already. */
    public void whenNewerThan(ClientVersion version, Runnable action) {
        synchronized (this) {
            if (!current.isNewerThan(version)) {
                waiting.add(new Waiting(version, action));
                return;
            }
        }
        action.run();
    }

    /** Notes an announcement, unless that version is not the current one any more. */
    public synchronized void expires(ClientVersion version, Instant at) {
        if (!current.isNewerThan(version)) {
            expiry = new Expiry(version, at);
        }
    }

    /** What WhatsApp has announced of the current version. */
    public synchronized Optional<Expiry> expiry() {
        return Optional.ofNullable(expiry);
    }
}
