package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.fault.Fault;
import dev.merpati.simulator.fault.FaultKind;
import dev.merpati.simulator.fault.Faults;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.rule.Rule;
import dev.merpati.simulator.rule.Rules;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Lets linked devices in, and strikes them with the faults that hit a connection as a whole. */
final class Login {
    private static final Map<FaultKind, BiConsumer<Connection, Fault>> ENDINGS = Map.of(
            FaultKind.DROP_CONNECTION, (connection, _) -> connection.reset(),
            FaultKind.STREAM_ERROR, (connection, fault) -> connection.end(Stanza.streamError(fault.code())),
            FaultKind.SILENT_CLOSE, (connection, _) -> connection.close(),
            FaultKind.HALF_OPEN, (connection, _) -> connection.goSilent());

    /** How long a client may leave its backlog before that counts as a breach of the rule. */
    private static final long STALL_MILLIS = 3000;

    /** Clients put what they are given here before the handshake of their next connection. */
    private static final int ROUTING_BYTES = 6;

    private static final int LOGGED_OUT = 401;
    private static final int REPLACED = 409;

    private final PhoneDirectory phones;
    private final Faults faults;
    private final Rules rules;
    private final Stats stats;
    private final DirtyBits dirtyBits;
    private final Clock clock;
    private final String companionEncryptionKey = Base64.getEncoder().encodeToString(Bytes.random(32));

    Login(PhoneDirectory phones, Faults faults, Rules rules, Stats stats, DirtyBits dirtyBits, Clock clock) {
        this.phones = phones;
        this.faults = faults;
        this.rules = rules;
        this.stats = stats;
        this.dirtyBits = dirtyBits;
        this.clock = clock;
    }

    void login(Connection connection, String number, int device) {
        if (faults.strike(FaultKind.REFUSE_CONNECT, number).isPresent()) {
            connection.reset();
            return;
        }
        if (faults.strike(FaultKind.LOGIN_SILENCE, number).isPresent()) {
            connection.goSilent();
            return;
        }
        Optional<Fault> refusal = faults.strike(FaultKind.REFUSE_LOGIN, number);
        Optional<Companion> companion = phones.existing(number)
                .flatMap(phone -> phone.companion(device))
                .filter(known -> known.hasNoiseKey(connection.clientStatic()));
        if (refusal.isPresent() || companion.isEmpty()) {
            connection.end(Stanza.failure(refusal.map(Fault::code).orElse(LOGGED_OUT)));
        } else {
            letIn(connection, companion.get());
        }
    }

    private void letIn(Connection connection, Companion companion) {
        stats.logins.increment();
        connection.loggedIn(companion);
        connection.send(success(companion));
        connection.send(Node.of("ib", Node.of("edge_routing", Node.of("routing_info", Bytes.random(ROUTING_BYTES))))
                .with("from", Jid.USERS));
        dirtyBits.tell(companion, connection);
        Phone phone = phones.getOrCreate(companion.number());
        boolean batched = rules.enforced(Rule.OFFLINE_BATCH, phone);
        Companion.Attached attached =
                companion.attach(connection, batched, rules.enforced(Rule.ACKNOWLEDGED_STANZAS, phone));
        if (attached.replaced() != null) {
            stats.replacedConnections.increment();
            attached.replaced().end(Stanza.streamError(REPLACED));
        }
        if (attached.overdue() != null) {
            endFor(connection, companion, attached.overdue());
        }
        if (batched && attached.waiting() > 0) {
            connection.after(STALL_MILLIS, () -> noteStall(connection, companion));
        }
        ENDINGS.keySet().stream().sorted().forEach(kind -> strike(connection, kind));
    }

    /** The real server names the stanza that was never acknowledged, and closes. */
    private void endFor(Connection connection, Companion companion, Node overdue) {
        rules.refusals().refuse(Rule.ACKNOWLEDGED_STANZAS, companion.jid(), overdue);
        Node ack = Node.of("ack").with("class", overdue.tag()).with("id", overdue.text("id"));
        connection.end(Node.of("stream:error", ack));
    }

    private void noteStall(Connection connection, Companion companion) {
        if (companion.isStalled(connection)) {
            rules.refusals()
                    .refuse(Rule.OFFLINE_BATCH, companion.jid(), "no ib/offline_batch, or stanzas not confirmed");
        }
    }

    /** Lets the oldest fault of a kind that ends connections strike this one, if there is a fault that fits. */
    void strike(Connection connection, FaultKind kind) {
        BiConsumer<Connection, Fault> ending =
                Objects.requireNonNull(ENDINGS.get(kind), "a kind that ends connections");
        faults.strike(kind, connection.number())
                .ifPresent(fault -> connection.after(fault.millis(), () -> ending.accept(connection, fault)));
    }

    private Node success(Companion companion) {
        return Node.of("success")
                .with("t", Stanza.seconds(clock))
                .with(
                        "lid",
                        phones.getOrCreate(companion.number())
                                .hiddenJid(companion.jid().device())
                                .toString())
                .with("props", "27")
                .with("abprops", "1")
                .with("companion_enc_static", companionEncryptionKey)
                .with("location", "frc");
    }
}
