package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.CompanionConnection;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.rule.Refusals;
import dev.merpati.simulator.rule.Rule;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Removes companion devices from an account, at their own request or the phone's. */
public final class CompanionRemoval implements IqHandler {
    private static final int FORBIDDEN = 403;
    private static final int DEVICE_REMOVED = 401;

    private final PhoneDirectory phones;
    private final Refusals refusals;

    CompanionRemoval(PhoneDirectory phones, Refusals refusals) {
        this.phones = phones;
        this.refusals = refusals;
    }

    @Override
    public Optional<CompletableFuture<Node>> answer(Companion companion, Node iq) {
        Optional<Node> removal = iq.has("xmlns", "md") ? iq.child("remove-companion-device") : Optional.empty();
        if (removal.isEmpty()) {
            return Optional.empty();
        }
        boolean own = Jid.parse(removal.get().attribute("jid"))
                .filter(jid -> jid.equals(companion.jid()) || isHidden(jid, companion))
                .isPresent();
        if (!own) {
            refusals.refuse(Rule.OWN_REMOVAL, companion.jid(), iq);
            return IqHandler.now(Stanza.iqError(iq, FORBIDDEN, "forbidden"));
        }
        CompanionConnection connection = companion.connection();
        if (connection != null) {
            connection.send(Stanza.iqResult(iq));
        }
        phones.existing(companion.number()).ifPresent(phone -> remove(phone, companion));
        return Optional.of(new CompletableFuture<>());
    }

    private boolean isHidden(Jid jid, Companion companion) {
        return jid.equals(
                phones.getOrCreate(companion.number()).hiddenJid(companion.jid().device()));
    }

    /** Removes all companions of a phone. */
    public void removeAll(Phone phone) {
        List.copyOf(phone.companions()).forEach(companion -> remove(phone, companion));
    }

    /** Removes one companion. */
    public void remove(Phone phone, Companion companion) {
        var _ = phone.removeCompanion(companion);
        CompanionConnection connection = companion.connection();
        if (connection != null) {
            connection.end(Stanza.streamError(DEVICE_REMOVED));
        }
    }
}
