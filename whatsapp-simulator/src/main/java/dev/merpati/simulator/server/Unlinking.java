package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.CompanionConnection;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Takes devices off an account's list, on their own wish or the phone's. */
public final class Unlinking implements IqHandler {
    private static final int DEVICE_REMOVED = 401;

    private final PhoneDirectory phones;

    Unlinking(PhoneDirectory phones) {
        this.phones = phones;
    }

    @Override
    public Optional<CompletableFuture<Node>> answer(Companion companion, Node iq) {
        if (!iq.has("xmlns", "md") || iq.child("remove-companion-device").isEmpty()) {
            return Optional.empty();
        }
        CompanionConnection connection = companion.connection();
        if (connection != null) {
            connection.send(Stanza.iqResult(iq));
        }
        phones.existing(companion.number()).ifPresent(phone -> unlink(phone, companion));
        return Optional.of(new CompletableFuture<>());
    }

    /** Unlinks all companions of a phone. */
    public void unlinkAll(Phone phone) {
        List.copyOf(phone.companions()).forEach(companion -> unlink(phone, companion));
    }

    private static void unlink(Phone phone, Companion companion) {
        var _ = phone.unlink(companion);
        CompanionConnection connection = companion.connection();
        if (connection != null) {
            connection.end(Stanza.streamError(DEVICE_REMOVED));
        }
    }
}
