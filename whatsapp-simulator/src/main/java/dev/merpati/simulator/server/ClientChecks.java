package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.rule.ClientVersion;
import dev.merpati.simulator.rule.Rule;
import dev.merpati.simulator.rule.Rules;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Refuses clients that WhatsApp does not let in any more, by what they say about themselves. Thread-safe. */
final class ClientChecks {
    private static final int OUTDATED = 405;
    private static final int BAD_USER_AGENT = 409;
    /** How long ahead the server announces that a version will be refused. */
    private static final Duration NOTICE = Duration.ofDays(14);

    private final Rules rules;
    private final PhoneDirectory phones;
    private final ClientVersion minimum;
    private final ClientVersion linkingMinimum;
    private final Clock clock;

    /** @param linkingMinimum the oldest version that can be linked; older ones that are linked already log in */
    ClientChecks(Rules rules, PhoneDirectory phones, ClientVersion minimum, ClientVersion linkingMinimum, Clock clock) {
        this.rules = rules;
        this.phones = phones;
        this.minimum = minimum;
        this.linkingMinimum = linkingMinimum;
        this.clock = clock;
    }

    /** The {@code reason} of the {@code failure} with which a client is turned away; empty if it is let in. */
    OptionalInt refusal(ClientPayload payload) {
        Jid client = payload.isRegistration() ? null : Jid.companion(payload.number(), payload.device());
        ClientVersion version = payload.version();
        if (version.isOlderThan(minimum) && enforced(Rule.CLIENT_VERSION, client)) {
            refuse(Rule.CLIENT_VERSION, client, "version " + version + ", the oldest that logs in is " + minimum);
            return OptionalInt.of(OUTDATED);
        }
        List<String> missing = payload.missing();
        if (!missing.isEmpty() && enforced(Rule.CLIENT_PAYLOAD, client)) {
            refuse(Rule.CLIENT_PAYLOAD, client, "a payload without " + String.join(", ", missing));
            return OptionalInt.of(BAD_USER_AGENT);
        }
        return OptionalInt.empty();
    }

    /** Why a phone does not link a client of this version; empty if it does. */
    Optional<String> linkingRefusal(Phone phone, ClientVersion version) {
        if (!version.isOlderThan(linkingMinimum) || !rules.enforced(Rule.LINKING_VERSION, phone)) {
            return Optional.empty();
        }
        String found = "version " + version + ", the oldest that can be linked is " + linkingMinimum;
        refuse(Rule.LINKING_VERSION, null, found);
        return Optional.of("The client is too old to be linked: " + found);
    }

    /** Tells a client whose version will soon be refused, as WhatsApp does; empty for a current one. */
    Optional<Node> expiration(ClientPayload payload) {
        Jid client = Jid.companion(payload.number(), payload.device());
        if (!payload.version().isOlderThan(linkingMinimum) || !enforced(Rule.LINKING_VERSION, client)) {
            return Optional.empty();
        }
        Node expiration = Node.of("client_expiration")
                .with("t", String.valueOf(clock.instant().plus(NOTICE).getEpochSecond()));
        return Optional.of(Node.of("ib", expiration).with("from", Jid.USERS));
    }

    private boolean enforced(Rule rule, @Nullable Jid client) {
        Optional<Phone> phone = client == null ? Optional.empty() : phones.existing(client.user());
        return phone.map(known -> rules.enforced(rule, known)).orElseGet(() -> rules.enforced(rule));
    }

    private void refuse(Rule rule, @Nullable Jid client, String sent) {
        rules.refusals().refuse(rule, client, sent);
    }
}
